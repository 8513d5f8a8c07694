// Whether jsondiffpatch, as chopsticks sets it up, makes the same deltas and patches with them.
import { create } from 'jsondiffpatch';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

const patcher = create({ arrays: { detectMove: false }, textDiff: { minLength: Number.MAX_VALUE } });
const found = JSON.parse(readFileSync(0, 'utf8')).map(({ old, new: after, delta }) => ({
  isSame: isDeepStrictEqual(patcher.diff(structuredClone(old), structuredClone(after)) ?? null, delta),
  isPatched: isDeepStrictEqual(patcher.patch(structuredClone(old), structuredClone(delta ?? undefined)), after),
}));
console.log(JSON.stringify(found));
