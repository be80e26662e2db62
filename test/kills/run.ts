import { parseArgs } from 'node:util'
import { killAgainAndAgain } from './kills.ts'

/**
 * `npm run kills -- [--count=N] [--seed=S]`: kills a server under write load N times. Prints a line
 * every ten kills, and the verdict; the exit code is 1 when a write was lost or invented.
 */
const { values } = parseArgs({
  options: { count: { type: 'string', default: '200' }, seed: { type: 'string' } },
})
const count = Number(values.count)
const seed = Number(values.seed ?? Date.now() % 1_000_000)
if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(seed)) {
  console.error('`--count` takes a whole number from 1, `--seed` a whole number')
  process.exit(2)
}
console.log(`seed ${seed}: npm run kills -- --count=${count} --seed=${seed}`)
const begun = performance.now()
const figures = await killAgainAndAgain({
  count,
  seed,
  tell: (figures) => {
    if (figures.kills % 10 === 0) console.log(JSON.stringify(figures))
  },
})
const seconds = ((performance.now() - begun) / 1000).toFixed(0)
console.log(JSON.stringify(figures))
for (const one of figures.findings) console.log(`WRONG: ${one}`)
const verdict = figures.findings.length === 0 ? 'nothing lost, nothing invented' : 'FAILED'
console.log(`${verdict}: ${figures.kills} kills, ${figures.acknowledged} writes, ${seconds} s`)
process.exitCode = figures.findings.length === 0 ? 0 : 1
