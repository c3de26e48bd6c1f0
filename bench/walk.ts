/** Walks a plain capture with parts of the product: `walk.ts decode|state FILE`. */

import { closeSync, openSync, readSync } from 'node:fs';
import { installNodeHost } from '@saker/agent/host/node-host.ts';
import { EventView } from '@saker/core/events/event-view.ts';
import { ScapReader } from '@saker/core/scap/scap-reader.ts';
import { SystemState } from '@saker/core/state/system-state.ts';

const [part = 'decode', file = ''] = process.argv.slice(2);
installNodeHost();
const event = new EventView();
const state = new SystemState(event);
const reader = new ScapReader(event, state);
const fd = openSync(file, 'r');
let events = 0;
let shown = 0;
for (;;) {
  const step = reader.next();
  if (step === 'end') break;
  if (step === 'more') {
    const bytes = readSync(fd, reader.space());
    if (bytes === 0) reader.end();
    else reader.filled(bytes);
  } else {
    events++;
    if (part === 'state' && state.apply()) shown++;
  }
}
closeSync(fd);
console.log(`${events} events, ${shown} shown`);
