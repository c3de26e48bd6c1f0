/** The class `container`: container.* and the k8s.* of the container source, in the order of the listing. */

import { PT } from '../events/param-types.gen.ts';
import { containerLabelFields } from './container-labels.ts';
import { identityFields, imageFields, retired, runtimeFields } from './container-metadata.ts';
import { mountFields } from './container-mounts.ts';
import type { Field } from './field.ts';
import { k8sFields } from './k8s.ts';

const probeFields: readonly Field[] = ['healthcheck', 'liveness_probe', 'readiness_probe'].map(
  (probe) =>
    retired(
      `proc.is_container_${probe}`,
      PT.PT_BOOL,
      `Without a value since container metadata comes from a plugin: was true for the ${probe.replace('_', ' ')} of a container.`,
    ),
);

export const containerFields: readonly Field[] = [
  ...identityFields,
  ...mountFields,
  ...imageFields,
  ...runtimeFields,
  ...containerLabelFields,
  ...probeFields,
  ...k8sFields,
];
