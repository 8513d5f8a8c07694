// A federated round from its opening to its settlement, by the calls that its participants send.
//
// chain:  accounts            alice, bob, charlie, dave, eve: {address, account: bytes, …}
//         call(pallet, name, arguments)      a call; names and arguments as the metadata has them
//         encoded(call)       its bytes
//         block(...sent)      makes a final block of [account, call] pairs, which must succeed
//         read(pallet, item, ...keys)        a value after the best block
//         phase()             the name of the round's phase

import { blake2AsU8a } from '@polkadot/util-crypto';

export const UNIT = 10n ** 12n;
const PLACE = { task: 0, number: 0 };

const text = (content) => new TextEncoder().encode(content);
const hex = (bytes) => '0x' + Buffer.from(bytes).toString('hex');
const join = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
const salt = (of) => blake2AsU8a(text(`salt of ${of}`));

export const artifact = (content) => ({ cid: text(content.slice(-40)), root: hex(blake2AsU8a(text(content))), size: BigInt(content.length) });
export const MODEL = artifact('the new model');

const TERMS = {
  settings: artifact('settings'),
  schedule: { enrol: 3, train: 4, aggregate: 4, evaluate: 4, reveal: 4, disclose: 4 },
  seats: { clients: 2, minimum_clients: 2, aggregators: 1, validators: 1 },
  split: { clients: 70, aggregators: 10, validators: 20 },
  penalties: { fault: 500_000, absence: 100_000 },
  round_reward: 10n * UNIT,
  minimum_stake: 10n * UNIT,
  reward_threshold: 1000,
  unjudged_share: 50,
  max_samples: 1000,
  automatic: false,
};

const REVEALS = { Update: ['reveal_update', 'update', 0], Aggregate: ['reveal_aggregate', 'aggregate', 1], Evaluation: ['reveal_evaluation', 'evaluation', 2] };

// Opens a task of a new model and brings its first round to its end; who was drawn, as accounts.
export async function takeRound(chain, algorithm) {
  const { alice, bob, charlie, dave, eve } = chain.accounts;
  const everybody = [bob, charlie, dave, eve];
  const testSet = artifact('test set');
  const register = chain.call('MlRegistry', 'register_algorithm', { name: text('mean'), specification: hex(salt('specification')) });
  await chain.block([alice, chain.sudo(register)]);
  await chain.block(
    [alice, chain.call('MlRegistry', 'create_model', { name: text('air'), algorithm, licence: text('MIT'), description: hex(salt('description')) })],
    ...everybody.map((who) => [who, chain.call('Staking', 'bond', { amount: 100n * UNIT })]),
  );
  const commitment = hex(blake2AsU8a(join(salt('test set'), Buffer.from(testSet.root.slice(2), 'hex'))));
  await chain.block([alice, chain.call('FederatedRound', 'create_task', { model: 0, terms: TERMS, pool: 100n * UNIT, test_sets: [commitment] })]);
  await chain.block([alice, chain.call('FederatedRound', 'start_round', { task: PLACE.task })]);
  const enrol = (who, data, duties) => [who, chain.call('FederatedRound', 'enrol', { ...PLACE, data, duties })];
  await chain.block(
    ...[bob, charlie].map((who) => enrol(who, { root: hex(salt(`data of ${who.address}`)), samples: 100 }, false)),
    ...[dave, eve].map((who) => enrol(who, undefined, true)),
  );
  await until(chain, 'CommitUpdates');
  const drawn = await chain.read('FederatedRound', 'Drawn', PLACE.task, PLACE.number);
  const holders = (names) => names.map((name) => everybody.find((who) => who.address === chain.address(name)));
  const [clients, aggregators, validators] = [drawn.clients, drawn.aggregators, drawn.validators].map(holders);

  await commitAndReveal(chain, 'Update', (who) => artifact(`update of ${who.address}`), clients);
  await commitAndReveal(chain, 'Aggregate', () => ({ model: MODEL, invalid: [] }), aggregators);
  await until(chain, 'RevealTestSet');
  await chain.block([alice, chain.call('FederatedRound', 'reveal_test_set', { ...PLACE, test_set: testSet, salt: hex(salt('test set')) })]);
  const scores = clients.map(({ address }) => ({ account: address, contribution: 50_000n, solo: 750_000n }));
  const verdict = { type: 'Judged', value: { before: 700_000n, after: 800_000n, constant: 500_000n, clients: scores } };
  await commitAndReveal(chain, 'Evaluation', () => verdict, validators);
  await until(chain, 'Ended');
  return [clients, aggregators, validators].map((each) => each.length);
}

async function until(chain, phase) {
  for (let blocks = 0; (await chain.phase()) !== phase; blocks++) {
    if (blocks === 20) throw new Error(`the round is in phase ${await chain.phase()}, not ${phase}`);
    await chain.block();
  }
}

// What is revealed stands in its call between the round's place and the salt; the seal is over its hash.
async function commitAndReveal(chain, stage, content, holders) {
  const [name, field, index] = REVEALS[stage];
  const opened = holders.map((who) => chain.call('FederatedRound', name, { ...PLACE, [field]: content(who), salt: hex(salt(who.address)) }));
  const commits = await Promise.all(opened.map(async (call, at) => {
    const bytes = await chain.encoded(call);
    const who = holders[at];
    const sealed = join(text('palletlab/seal'), bytes.slice(2, 10), [index], who.account, salt(who.address), blake2AsU8a(bytes.slice(10, -32)));
    return [who, chain.call('FederatedRound', 'commit', { ...PLACE, stage: { type: stage }, seal: hex(blake2AsU8a(sealed)) })];
  }));
  await until(chain, `Commit${stage}s`);
  await chain.block(...commits);
  await until(chain, `Reveal${stage}s`);
  await chain.block(...holders.map((who, at) => [who, opened[at]]));
}
