// What Helia takes from a newer Node than the one that is here; none of it is used in these tests.
import threads from 'node:worker_threads'
import zlib from 'node:zlib'

const absent = () => {
  throw new Error('this Node has no zstd')
}

threads.markAsUncloneable ??= () => {}
zlib.createZstdCompress ??= absent
zlib.createZstdDecompress ??= absent
Promise.withResolvers ??= () => {
  const made = {}
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }))
  return made
}
