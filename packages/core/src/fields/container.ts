/** The class `container`: container.*, in the order of the listing; k8s.* follow from k8s.ts. */

import { PT } from '../events/param-types.gen.ts';
import { containerLabelFields } from './container-labels.ts';
import { identityFields, imageFields, retired, runtimeFields } from './container-metadata.ts';
import { mountFields } from './container-mounts.ts';
import type { Field } from './field.ts';

const probeFields: readonly Field[] = ['healthcheck', 'liveness_probe', 'readiness_probe'].map(
  (probe) =>
    retired(
      `proc.is_container_${probe}`,
      PT.PT_BOOL,
      'Without a value since container metadata comes from a plugin: was true for the ' +
        `${probe.replace('_', ' ')} of a container.`,
    ),
);

export const containerFields: readonly Field[] = [
  ...identityFields,
  ...mountFields,
  ...imageFields,
  ...runtimeFields,
  ...containerLabelFields,
  ...probeFields,
];
