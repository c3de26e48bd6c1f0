/** `--support`: everything that somebody who helps wants to know, as one JSON document. */

import { readFileSync } from 'node:fs';
import { hostname, machine, release, type, version } from 'node:os';
import type { ConfigNode } from '../../config/config-node.ts';
import { shownArguments, shownTree } from '../../config/secrets.ts';
import { SAKER_VERSION, versionDocument } from '../versions.ts';

export interface SupportFacts {
  readonly args: readonly string[];
  readonly config: ConfigNode;
  readonly rulesFiles: readonly string[];
}

export function supportText({ args, config, rulesFiles }: SupportFacts): string {
  return `${JSON.stringify({
    cmdline: ['saker', ...shownArguments(args)].join(' '),
    config: JSON.stringify(shownTree(config)),
    engine_info: versionDocument(),
    rules_files: rulesFiles.map((name) => ({
      name,
      variants: [{ content: readFileSync(name, 'utf8') }],
    })),
    system_info: {
      machine: machine(),
      nodename: hostname(),
      release: release(),
      sysname: type(),
      version: version(),
    },
    version: SAKER_VERSION,
  })}\n`;
}
