// Takes a federated round from its opening to its settlement as a scenario says, by whatever client.
//
// chain:  call(pallet, name, arguments)      a call; names and arguments as the metadata has them
//         sudo(call)          the same in the name of root
//         bytes(hex)          bytes of any length, as the client takes them
//         variant(type, value, isOneOfMany)   a variant, as the client takes it; whether others of its kind have fields
//         block(...sent)      makes a final block of [who, call] pairs, which must succeed
//         drawn()             {clients, aggregators, validators}: their addresses
//         phase()             the name of the round's phase
//         addresses           of everybody, by name

import { readFileSync } from 'node:fs';

export const NAMES = ['Alice', 'Bob', 'Charlie', 'Dave', 'Eve'];

// How many were drawn for each role, and the root of the model that is published.
export async function takeRound(chain, path) {
  const { model, steps } = JSON.parse(readFileSync(path, 'utf8'));
  let drawn;
  for (const { until, role, block } of steps) {
    if (until) await reach(chain, until);
    if (role) drawn = await chain.drawn();
    const calls = role ? drawn[role].map((address) => block[NAMES.find((name) => chain.addresses[name] === address)]) : block;
    if (calls) await chain.block(...calls.map((each) => [each.who, made(chain, each)]));
  }
  return { model, drawn: [drawn.clients, drawn.aggregators, drawn.validators].map((each) => each.length) };
}

async function reach(chain, phase) {
  for (let blocks = 0; (await chain.phase()) !== phase; blocks++) {
    if (blocks === 20) throw new Error(`the round is in phase ${await chain.phase()}, not ${phase}`);
    await chain.block();
  }
}

function made(chain, { pallet, call, arguments: values, sudo }) {
  const named = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, own(chain, value)]));
  const whole = chain.call(pallet, call, named);
  return sudo ? chain.sudo(whole) : whole;
}

function own(chain, value) {
  if (Array.isArray(value)) return value.map((each) => own(chain, each));
  if (value === null) return undefined;
  if (typeof value === 'string') return /^[0-9]+$/.test(value) ? BigInt(value) : value;
  if (typeof value !== 'object') return value;
  if ('bytes' in value) return chain.bytes(value.bytes);
  if ('type' in value) return chain.variant(value.type, 'value' in value ? own(chain, value.value) : undefined, 'value' in value);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, own(chain, each)]));
}
