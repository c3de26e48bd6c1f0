/**
 * The thread that reads JSON: whoever posts megabytes of it costs this thread its time, and not the
 * one that evaluates rules.
 */

import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '@saker/core/base/assert.ts';
import { host } from '@saker/core/base/host.ts';
import { type AuditAnswer, handleAuditBody } from '@saker/core/k8s-audit/audit-body.ts';
import { encodeBatch } from '@saker/core/k8s-audit/event-batch.ts';
import { splitLines } from '@saker/core/k8s-audit/split-payload.ts';
import { installNodeHost } from '../../host/node-host.ts';
import type { Payload, SplitReply, SplitRequest, SplitThreadStart } from './split-messages.ts';

assert(parentPort !== null, 'started as a thread');
const port = parentPort;
const { eventBytesMax } = workerData as SplitThreadStart;
installNodeHost();

function answerTo(payload: Payload): AuditAnswer {
  const { bytes } = payload;
  if (payload.form === 'body') return handleAuditBody(payload.type, bytes, eventBytesMax);
  const text = host.byteString(bytes, 0, bytes.length);
  return { status: 200, text: '', split: splitLines(text, eventBytesMax, payload.firstLine) };
}

port.on('message', ({ id, payload }: SplitRequest) => {
  const { status, text, split } = answerTo(payload);
  const batch = encodeBatch(split?.events ?? []);
  const reply: SplitReply = {
    id,
    batch,
    problems: split?.problems ?? [],
    problemCounts: split?.problemCounts ?? { json: 0, kind: 0, time: 0, size: 0 },
    answer: { status, text },
  };
  port.postMessage(reply, [batch.bytes.buffer, batch.ends.buffer, batch.times.buffer]);
});
