/** The class `process`: proc.* and thread.*, in the order of the listing. */

import type { Field } from './field.ts';
import { procCommandFields } from './proc-command.ts';
import { procExeFields } from './proc-exe.ts';
import { procIdFields } from './proc-ids.ts';
import { procResourceFields } from './proc-resources.ts';
import { procStdioFields } from './proc-stdio.ts';
import { procTimeFields } from './proc-times.ts';
import { threadFields } from './thread.ts';

export const processFields: readonly Field[] = [
  ...procCommandFields,
  ...procIdFields,
  ...procTimeFields,
  ...procExeFields,
  ...procResourceFields,
  ...threadFields,
  ...procStdioFields,
];
