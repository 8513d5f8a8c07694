// What @polkadot/api reads from a fork: `read_fork.mjs URL ACCOUNT`, one JSON object on standard output.
import { ApiPromise, WsProvider } from '@polkadot/api'

const [url, account] = process.argv.slice(2)
const api = await ApiPromise.create({ provider: new WsProvider(url), noInitWarn: true })
const header = await api.rpc.chain.getHeader()
const block = await api.rpc.chain.getBlock(header.hash)
const { data, nonce } = await api.query.system.account(account)
const entries = await api.query.system.account.entries()
const events = await api.query.system.events()
console.log(JSON.stringify({
  spec: api.runtimeVersion.specName.toString(),
  version: api.runtimeVersion.specVersion.toNumber(),
  metadata: api.runtimeMetadata.version,
  number: header.number.toNumber(),
  stateRoot: header.stateRoot.toHex(),
  extrinsics: block.block.extrinsics.map((extrinsic) => `${extrinsic.method.section}.${extrinsic.method.method}`),
  free: data.free.toString(),
  nonce: nonce.toNumber(),
  accounts: entries.length,
  events: events.map(({ event }) => `${event.section}.${event.method}`),
  deposit: api.consts.balances.existentialDeposit.toString(),
}))
await api.disconnect()
process.exit(0)
