import { readFileSync, rmSync } from 'node:fs'

/**
 * Loaded before a node (`--import …/jumping-clock.ts?file=FILE`): on SIGUSR2 the node's clock, as
 * its program reads it, is set off by as many milliseconds as FILE says, which is removed then.
 * Monotonic time goes on, as it does where an operator or an NTP daemon sets a clock.
 */
const file = new URL(import.meta.url).searchParams.get('file')!
const systemNow = Date.now
let offMs = 0
Date.now = () => systemNow() + offMs
globalThis.Date = new Proxy(Date, {
  construct: (target, given, as) =>
    Reflect.construct(target, given.length === 0 ? [Date.now()] : given, as),
})
process.on('SIGUSR2', () => {
  offMs = Number(readFileSync(file, 'utf8'))
  rmSync(file)
})
