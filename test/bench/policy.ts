import { globMatches, globOf } from '../../src/policy/glob.ts'
import { decide, type Layers, type Question } from '../../src/policy/index.ts'
import { type Figure, median, printFigures, rounded, tableText } from './figures.ts'
import { type Answer, casbin, cedar, naive } from './policy-peers.ts'
import {
  type Asked,
  calledQuestionOf,
  documentOf,
  everyday,
  layersOf,
  policyOf,
  prefixes,
  questionOf,
  shapes,
  type Workload,
} from './policy-workload.ts'

const figures: Figure[] = []
const runs = 5
const bench = 'policy'

/** Milliseconds of processor time of this process: neighbours on the machine do not count. */
function spentMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/**
 * The median rate of some rounds over all items, each of at least `ms` milliseconds of processor
 * time.
 */
function perSecond<T>(items: readonly T[], ask: (item: T) => boolean, ms = 200): number {
  let kept = 0
  const round = (budget: number) => {
    const start = spentMs()
    let done = 0
    let spent = 0
    while (spent < budget) {
      for (let i = 0; i < 256; i += items.length) for (const item of items) if (ask(item)) kept++
      done += Math.ceil(256 / items.length) * items.length
      spent = spentMs() - start
    }
    return (done / spent) * 1000
  }
  round(ms)
  const rates = Array.from({ length: runs }, () => round(ms))
  if (kept < 0) throw new Error('the work was left out')
  return median(rates)
}

const allowed = (question: Question, layers: Layers) => decide(question, layers).effect === 'allow'

function add(
  figure: string,
  value: number,
  unit: string,
  compared?: { readonly reference: string; readonly value: number },
): void {
  figures.push({
    bench,
    figure,
    value,
    unit,
    ...(compared && { reference: compared.reference, ratio: value / compared.value }),
  })
}

/** Every engine must answer the same, or their speeds say nothing. */
function agree(name: string, answer: Answer, layers: Layers, asked: readonly Asked[]): void {
  for (const one of asked)
    if (answer(one) !== allowed(questionOf(one), layers))
      throw new Error(`${name} answers otherwise: ${JSON.stringify(one)}`)
}

async function againstPeers(workload: Workload): Promise<void> {
  const layers = layersOf(workload)
  const { asked } = workload
  const questions = asked.map(questionOf)
  const prepared = perSecond(questions, (question) => allowed(question, layers))
  const assembled = perSecond(asked, (one) => allowed(questionOf(one), layers))
  agree('a call', (one) => allowed(calledQuestionOf(one), layers), layers, asked)
  const called = perSecond(asked, (one) => allowed(calledQuestionOf(one), layers))
  const { identity, boundary = [], session = [] } = layers
  const fresh = perSecond(asked, (one) =>
    allowed(questionOf(one), {
      identity: [...identity],
      boundary: [...boundary],
      session: session.map((list) => [...list]),
    }),
  )
  add('30 statements, prepared request', prepared, 'decisions/s')
  add('30 statements, with request assembly', assembled, 'decisions/s')
  add('30 statements, with the question of a call', called, 'decisions/s', {
    reference: 'prepared request',
    value: prepared,
  })
  add('30 statements, with request assembly and new lists of policies', fresh, 'decisions/s')
  const peers: readonly (readonly [string, Answer])[] = [
    ['naive loop', naive(workload)],
    ['casbin', await casbin(workload)],
    ['cedar-wasm', cedar(workload)],
  ]
  for (const [name, answer] of peers) {
    agree(name, answer, layers, asked)
    const rate = perSecond(asked, answer)
    add(`30 statements, ${name}`, rate, 'decisions/s')
    add(`30 statements, against ${name}`, prepared, 'decisions/s', { reference: name, value: rate })
  }
}

function bySize(): void {
  const rates = [10, 100, 1000, 5000].map((count) => {
    const workload = prefixes(count)
    const layers = layersOf(workload)
    agree('naive loop', naive(workload), layers, workload.asked)
    return {
      count,
      rate: perSecond(workload.asked.map(questionOf), (question) => allowed(question, layers)),
    }
  })
  const hundred = rates.find(({ count }) => count === 100)!
  for (const { count, rate } of rates)
    add(`${count} statements`, rate, 'decisions/s', {
      reference: '100 statements',
      value: hundred.rate,
    })
}

function byShape(): void {
  for (const [name, make] of Object.entries(shapes)) {
    const workload = make(5000)
    const layers = layersOf(workload)
    add(
      `5,000 statements with ${name}`,
      perSecond(workload.asked.map(questionOf), (question) => allowed(question, layers)),
      'decisions/s',
    )
  }
}

function compiling(): void {
  const texts = prefixes(5000).identity.map(documentOf)
  const times = Array.from({ length: runs }, () => {
    const start = spentMs()
    texts.forEach((text, i) => {
      policyOf('identity', `policy ${i}`, text)
    })
    return spentMs() - start
  })
  add('compiling 5,000 statements, first', times[0]!, 'ms')
  add('compiling 5,000 statements', median(times), 'ms')
  const policies = texts.map((text, i) => policyOf('identity', `policy ${i}`, text))
  const start = spentMs()
  decide(questionOf(everyday().asked[0]!), { identity: policies })
  add('first question to 5,000 statements', spentMs() - start, 'ms')
}

function memory(): void {
  const texts = everyday().identity.map(documentOf)
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  const policies = Array.from({ length: 10_000 }, (_, i) =>
    policyOf('identity', `policy ${i}`, texts[i % texts.length]!.replaceAll('data-', `data-${i}-`)),
  )
  globalThis.gc?.()
  add(
    `memory of ${policies.length.toLocaleString('en')} policies of ten statements`,
    (process.memoryUsage().heapUsed - before) / 2 ** 20,
    'MiB',
  )
  const layers = layersOf(everyday())
  const questions = everyday().asked.map(questionOf)
  for (let i = 0; i < 500; i++) for (const question of questions) decide(question, layers)
  globalThis.gc?.()
  const start = process.memoryUsage().heapUsed
  for (let i = 0; i < 10; i++) for (const question of questions) decide(question, layers)
  add('memory of a decision', (process.memoryUsage().heapUsed - start) / 2000, 'bytes')
}

/** The worst patterns for a walk, each against as many characters. */
function worst(): void {
  const hostile: Readonly<Record<string, string>> = {
    'many stars': `${'*a'.repeat(400)}b`,
    'stars and question marks': `${'*?a'.repeat(250)}b`,
    'a long literal behind a star': `*?${'a'.repeat(700)}b`,
  }
  for (const [name, pattern] of Object.entries(hostile)) {
    const glob = globOf(pattern)
    for (const length of [500, 1000, 2000]) {
      const text = 'a'.repeat(length)
      add(
        `worst pattern, ${name}, ${length} characters`,
        1e6 / perSecond([text], (one) => globMatches(glob, one), 40),
        'µs',
      )
    }
  }
}

await againstPeers(everyday())
bySize()
byShape()
compiling()
memory()
worst()
printFigures(
  figures,
  tableText(
    ['figure', 'value', 'unit', 'against', 'ratio'],
    figures.map(({ figure, value, unit, reference, ratio }) => [
      figure,
      rounded(value).toLocaleString('en'),
      unit,
      reference ?? '',
      ratio === undefined ? '' : String(rounded(ratio)),
    ]),
  ),
)
