// Prints the figures that the guards hold: `npm run figures`.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { goesUp, mayImport } from './rooms.ts'
import {
  circles,
  filesBelow,
  importsOf,
  isGenerated,
  linesOf,
  roomOf,
  root,
} from './source-tree.ts'

const columns = 100
const longFunction = 'complexity/noExcessiveLinesPerFunction'

const written = (...folders: readonly string[]) =>
  filesBelow(...folders).filter((file) => !isGenerated(file))

function longLines(files: readonly string[]): string {
  const lines = files.flatMap(linesOf)
  const long = lines.filter((line) => line.length > columns).length
  return `${long} of ${lines.length} (${((100 * long) / lines.length).toFixed(2)} %)`
}

/** How often a lint rule strikes, also where biome.json turns it off. */
function lintFindings(rule: string, folders: readonly string[]): number {
  const { stdout, error } = spawnSync(
    join(root, 'node_modules/.bin/biome'),
    ['lint', `--only=${rule}`, '--reporter=json', '--max-diagnostics=1', ...folders],
    { cwd: root, encoding: 'utf8' },
  )
  if (error) throw error
  const { summary } = JSON.parse(stdout) as Record<'summary', Record<string, number>>
  return total([summary.errors ?? 0, summary.warnings ?? 0, summary.infos ?? 0])
}

const total = (counts: readonly number[]): number => counts.reduce((sum, one) => sum + one, 0)
const house = written('src', 'views')
const around = written('test', 'scripts')
const imports = filesBelow('src', 'views').flatMap(importsOf)
const upward = imports.filter(
  ({ from, to }) => mayImport.has(roomOf(to)) && goesUp(roomOf(from), roomOf(to)),
)

const rows: readonly (readonly [string, string | number])[] = [
  [`lines over ${columns} columns, src and views`, longLines(house)],
  [`lines over ${columns} columns, test and scripts`, longLines(around)],
  ['functions over 70 lines, src and views', lintFindings(longFunction, ['src', 'views'])],
  ['functions over 70 lines, test and scripts', lintFindings(longFunction, ['test', 'scripts'])],
  ['import circles, src and views', circles(filesBelow('src', 'views')).length],
  ['imports upward, src and views', upward.length],
  [
    'files, lines of src and views',
    `${house.length}, ${total(house.map((f) => linesOf(f).length))}`,
  ],
]
for (const [what, figure] of rows) console.log(`${what.padEnd(46)} ${figure}`)
