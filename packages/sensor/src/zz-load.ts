import { readFileSync } from 'node:fs';
import { SYSCALL_CODES, syscallName } from '@saker/core/events/names.ts';
import koffi from 'koffi';
import { BpfObject } from './bpf-object.ts';
import { libbpf } from './libbpf.ts';
import { sensorImage } from './image.ts';
const image = process.env['OBJ'] ? readFileSync(process.env['OBJ']) : sensorImage();
const bpf = koffi.load('libbpf.so.1');
const info_fd = bpf.func('int bpf_obj_get_info_by_fd(int, void *, void *)');
function go(names: Set<string> | null, show = false) {
  const c0 = process.cpuUsage(); const t = performance.now();
  const o = new BpfObject(image);
  const t1 = performance.now();
  const all = new Set([...o.programNames].filter((n) => !n.startsWith('probe_')));
  const use = names ?? all;
  o.choose(use); o.resizeMap('scratches', 2); o.resizeMap('ring', 8<<20);
  o.variable('follows_pointers').setUint8(0, 1); o.variable('casts_pointers').setUint8(0, 1); o.variable('has_task_btf').setUint8(0, 1);
  if (process.env['NODIS']===undefined) { try { o.variable('disables_preemption').setUint8(0, 1);} catch {} }
  o.load();
  const t2 = performance.now(); const c = process.cpuUsage(c0);
  console.log([...use].length, 'programs', 'open', (t1-t).toFixed(1), 'load', (t2-t1).toFixed(1), 'user', c.user/1000, 'sys', c.system/1000);
  if (show) {
    const rows = [...use].map((n) => { const b = new Uint8Array(256); const fd = libbpf().programFd((o as any).__p?.(n) ?? (bpf as any, find(o, n))); info_fd(fd, b, new Uint32Array([256])); const d = new DataView(b.buffer); return [n, d.getUint32(20, true)/8, d.getUint32(216, true)] as const; });
    rows.sort((a, b) => b[2]-a[2]);
    console.log('verified total', rows.reduce((s, r) => s + r[2], 0)); for (const r of rows.slice(0, 40)) console.log(...r);
  }
  o.close();
}
const findp = bpf.func('intptr_t bpf_object__find_program_by_name(void *, const char *)');
function find(o: BpfObject, n: string): bigint { let p: bigint | null = null; const obj = handles.get(o)!; return BigInt(findp(obj, n)); }
const handles = new Map<BpfObject, bigint>();
const real = libbpf(); const openReal = real.openObject; let last: any;
(real as any).openObject = (i: Uint8Array) => (last = openReal(i));
const A = ['sys_exit','sched_process_exec','sched_process_fork','sched_process_exit'];
function run(names: Set<string> | null, show = false) { const proxy = go; const orig = BpfObject.prototype.load; BpfObject.prototype.load = function () { handles.set(this, last); orig.call(this); }; proxy(names, show); BpfObject.prototype.load = orig; }
run(new Set(['sys_exit'])); run(new Set(['sys_exit']));
run(new Set(['sys_exit', 'sys_close']));
run(new Set(A.slice(0,2))); run(new Set([A[0]!, A[2]!])); run(new Set([A[0]!, A[3]!])); run(new Set(A));
run(new Set([...A, 'sys_openat'])); 
run(null, true); run(null);
