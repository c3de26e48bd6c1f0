/**
 * Falco's plugin k8saudit, built in: Kubernetes audit events from API servers or files, and the
 * fields ka.* of them.
 */

import { auditClass, K8S_AUDIT_SOURCE } from '@saker/core/k8s-audit/audit-fields.ts';
import { PLUGIN_API, type Plugin, type PluginFactory, type PluginHost } from '../plugin.ts';
import { auditConfigSchema, readAuditConfig } from './audit-config.ts';
import { AuditSource } from './audit-source.ts';

/** The plugin once it is opened: the web server wants its source's routes. */
export interface K8sAuditPlugin extends Plugin {
  readonly sourcing: AuditSource;
}

interface K8sAuditFactory extends PluginFactory {
  open(config: unknown, host: PluginHost): K8sAuditPlugin;
}

export const k8sauditPlugin: K8sAuditFactory = {
  api: PLUGIN_API,
  name: 'k8saudit',
  /** The version of Falco's plugin whose fields and configuration it has. */
  version: '0.18.0',
  description: 'Kubernetes audit events from a webhook or files, built into Saker',
  contact: 'built in',
  configSchema: auditConfigSchema,
  open(config: unknown, host: PluginHost): K8sAuditPlugin {
    const sourcing = new AuditSource(readAuditConfig(config), host);
    return {
      sourcing,
      extraction: { sources: [K8S_AUDIT_SOURCE], classes: [auditClass] },
      metrics: () => sourcing.metrics(),
    };
  },
};
