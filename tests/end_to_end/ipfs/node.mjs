// Two IPFS nodes that know no other: js-ipfs with the RPC API of Kubo, and Helia behind a gateway.
// Prints one line of JSON, {"rpc": URL, "gateway": URL}, and serves until its input ends.
//
//   GET  <gateway>/ipfs/CID?format=raw    as Helia's verified-fetch answers
//   POST <gateway>/blocks?codec=0x55      gives Helia a block
//   POST <gateway>/add?chunk=N&width=N    imports a file as Helia does; {"cid": …}
import './today.mjs'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const [{ createHelia }, { createVerifiedFetch }, { CID }, { sha256 }, { importBytes }, { fixedSize }, { balanced }] =
  await Promise.all(
    [
      'helia',
      '@helia/verified-fetch',
      'multiformats/cid',
      'multiformats/hashes/sha2',
      'ipfs-unixfs-importer',
      'ipfs-unixfs-importer/chunker',
      'ipfs-unixfs-importer/layout',
    ].map((name) => import(name)),
  )
const [{ create }, { HttpApi }] = await Promise.all([import('ipfs-core'), import('ipfs-http-server')])

const helia = await createHelia({ start: false })
const verifiedFetch = await createVerifiedFetch(helia)

async function bodyOf(request) {
  const parts = []
  for await (const part of request) parts.push(part)
  return new Uint8Array(Buffer.concat(parts))
}

async function answer(request, url) {
  if (request.method === 'POST' && url.pathname === '/blocks') {
    const block = await bodyOf(request)
    const cid = CID.createV1(Number(url.searchParams.get('codec')), await sha256.digest(block))
    await helia.blockstore.put(cid, block)
    return { status: 200, body: JSON.stringify({ cid: cid.toString() }) }
  }
  if (request.method === 'POST' && url.pathname === '/add') {
    const imported = await importBytes(await bodyOf(request), helia.blockstore, {
      cidVersion: 1,
      rawLeaves: true,
      reduceSingleLeafToSelf: true,
      chunker: fixedSize({ chunkSize: Number(url.searchParams.get('chunk')) }),
      layout: balanced({ maxChildrenPerNode: Number(url.searchParams.get('width')) }),
    })
    return { status: 200, body: JSON.stringify({ cid: imported.cid.toString() }) }
  }
  const cid = CID.parse(url.pathname.split('/')[2])
  if (!(await helia.blockstore.has(cid))) return { status: 404, body: '' }
  const fetched = await verifiedFetch(`ipfs://${cid}${url.search}`, { headers: { accept: request.headers.accept } })
  const type = fetched.headers.get('content-type')
  return { status: fetched.status, type, body: Buffer.from(await fetched.arrayBuffer()) }
}

const gateway = createServer(async (request, response) => {
  try {
    const { status, type, body } = await answer(request, new URL(request.url, 'http://gateway'))
    response.writeHead(status, { 'content-type': type ?? 'application/json', 'content-length': Buffer.byteLength(body) })
    response.end(request.method === 'HEAD' ? undefined : body)
  } catch (error) {
    response.writeHead(500).end(String(error))
  }
})
gateway.listen(0, '127.0.0.1')
await once(gateway, 'listening')

const repo = mkdtempSync(join(tmpdir(), 'palletlab-ipfs-'))
process.on('exit', () => rmSync(repo, { recursive: true, force: true }))
const config = { Addresses: { API: '/ip4/127.0.0.1/tcp/0', Gateway: '', Swarm: [] }, Bootstrap: [] }
const node = await create({ repo, config, offline: true, silent: true, init: { emptyRepo: true } })
const api = new HttpApi(node)
await api.start()

console.log(JSON.stringify({ rpc: api._apiServers[0].info.uri, gateway: `http://127.0.0.1:${gateway.address().port}` }))
process.stdin.resume().on('end', () => process.exit(0))
