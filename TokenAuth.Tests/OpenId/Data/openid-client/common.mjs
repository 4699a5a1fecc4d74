// What the programs share: the libraries, of the directory that the variable NODE_MODULES names, and the person.
import { createInterface } from 'node:readline'
import { webcrypto } from 'node:crypto'
import { pathToFileURL } from 'node:url'

globalThis.crypto ??= webcrypto // Node.js 18

const load = path => import(pathToFileURL(`${process.env.NODE_MODULES}/${path}`).href)

export const oidc = await load('openid-client/build/index.js')
export const jose = await load('jose/dist/webapi/index.js')

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()

/** Shows the person an address, and returns the one that the browser was sent to. */
export async function visit(address) {
  console.log(String(address))
  return new URL((await lines.next()).value)
}

/** Ends the program with a result. */
export function finish(result) {
  console.log(JSON.stringify(result))
  process.exit(0)
}
