import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exceptions, floors, goesUp, mayImport } from './rooms.ts'
import { circles, filesBelow, importsOf, isGenerated, linesOf, roomOf } from './source-tree.ts'

const sources = filesBelow('src', 'views')
const imports = sources.flatMap(importsOf)
const isOurs = (file: string): boolean => /^(src|views)\//.test(file)
const betweenRooms = imports.filter(({ from, to }) => isOurs(to) && roomOf(from) !== roomOf(to))
const toModules = imports.filter(({ to }) => !isOurs(to))

test('every folder of src, and views, has a rule', () => {
  const unruled = new Set(sources.map(roomOf).filter((room) => !mayImport.has(room)))
  assert.deepEqual(
    [...unruled],
    [],
    'a room without a rule could import anything: give it a floor in test/architecture/rooms.ts, ' +
      'and a line in docs/decisions/0001-rooms.md and CONTRIBUTING.md',
  )
})

test('a rule names only rooms of lower floors', () => {
  const upward = floors.flatMap((floor) =>
    Object.entries(floor).flatMap(([room, rule]) =>
      rule.filter((other) => goesUp(room, other)).map((other) => `${room} → ${other}`),
    ),
  )
  assert.deepEqual(upward, [], 'imports go one way, from the roof to the ground')
})

test('imports follow the direction of the rooms', () => {
  const wrong = betweenRooms.filter(({ from, to }) => {
    const excepted = exceptions.some((one) => one.from === roomOf(from) && one.to === roomOf(to))
    return !excepted && !mayImport.get(roomOf(from))?.includes(roomOf(to))
  })
  assert.deepEqual(
    wrong.map(({ from, to }) => `${from} → ${to}`),
    [],
    "the other room is not on this one's list. If it stands on a lower floor and is truly " +
      'needed, ' +
      'add it in test/architecture/rooms.ts; if not, hand in what is needed, or move it down',
  )
})

test('no exception to the direction outlives its reason', () => {
  const unused = exceptions.filter(
    ({ from, to }) =>
      !betweenRooms.some((one) => roomOf(one.from) === from && roomOf(one.to) === to),
  )
  assert.deepEqual(unused, [], 'nothing needs it any more: remove it from rooms.ts')
})

test('kernel, policy and mapping do no I/O and read no clock', () => {
  const pure = new Set(['kernel', 'policy', 'mapping'])
  const libraries = new Set(['node:crypto', '@marcbachmann/cel-js', 're2js'])
  const impure = toModules
    .filter(({ from, to }) => pure.has(roomOf(from)) && !libraries.has(to))
    .map(({ from, to }) => `${from} → ${to}`)
  const ambient =
    /\bDate\.now\(|\bnew Date\(\)|\bprocess\.|\bMath\.random\(|\bfetch\(|\bset(Timeout|Interval)\(/
  const reaching = sources
    .filter((file) => pure.has(roomOf(file)) && file !== 'src/kernel/clock.ts')
    .filter((file) => linesOf(file).some((line) => ambient.test(line)))
  assert.deepEqual(
    [...impure, ...reaching],
    [],
    'the core can be read, tested and timed alone because everything it uses is handed in: ' +
      'text, data, and a clock. A pure library goes on the list in this test',
  )
})

test('Express and Passport stay at the edge', () => {
  const edge = new Set(['http', 'apps'])
  const wrong = toModules
    .filter(({ to }) => /^(express|connect-redis|csrf-sync|helmet|passport)\b/.test(to))
    .filter(({ from }) => !edge.has(roomOf(from)))
    .map(({ from, to }) => `${from} → ${to}`)
  assert.deepEqual(
    wrong,
    [],
    'connectors and use cases take and give plain data, so that the wire, the pages and the ' +
      'tests ' +
      'use them alike: only src/http and src/apps know requests and responses of Express',
  )
})

test('no import circles, not even of types', () => {
  assert.deepEqual(
    circles(sources),
    [],
    'files of a circle can only be understood together: move what both need into a third',
  )
})

test('no file is named after nothing', () => {
  const banned = /(^|\/)(utils?|helpers?|common|misc|managers?|services?|types)(\.ts|\/)/
  assert.deepEqual(
    [...sources, ...filesBelow('test', 'scripts')].filter((file) => banned.test(file)),
    [],
    'such a name takes in anything: name the file after its main export',
  )
})

test('no file has two subjects', () => {
  const long = sources.filter((file) => !isGenerated(file) && linesOf(file).length > 420)
  assert.deepEqual(long, [], 'a file of over 400 lines has two subjects: find the second')
})

test('no line is longer than 100 columns', () => {
  // A file of an operation is named after it, and an import is one line: a few can't be shorter.
  const unbreakable = /^import .* from '|^\s*(\/\/|\*) https?:\/\/\S+$/
  const long = [...sources, ...filesBelow('test', 'scripts')]
    .filter((file) => !isGenerated(file))
    .flatMap((file) =>
      linesOf(file).flatMap((line, at) =>
        line.length > 100 && !unbreakable.test(line) ? [`${file}:${at + 1}`] : [],
      ),
    )
  assert.deepEqual(
    long,
    [],
    'two files stand side by side at 100 columns. Biome breaks code; break a text at a word with ' +
      '`+`, or name its parts; wrap a comment',
  )
})
