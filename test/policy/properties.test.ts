import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileGlob, globMatches, globOf } from '../../src/policy/glob.ts'
import { decide } from '../../src/policy/index.ts'
import { largeLayers, layers, question, statement } from './arbitraries.ts'
import { layersOf } from './decision-table.ts'
import { allRuns, runs } from './property-runs.ts'
import {
  type LayerDocuments,
  type PolicyDocument,
  referenceDecide,
  type StatementDocument,
} from './reference-evaluator.ts'

const rank = { allow: 2, 'implicit-deny': 1, 'explicit-deny': 0 }

function effectOf(
  asked: Parameters<typeof decide>[0],
  documents: LayerDocuments,
): keyof typeof rank {
  const parsed = layersOf(documents)
  assert.deepEqual(parsed.problems, [])
  return decide(asked, parsed.layers).effect
}
const policy = (one: StatementDocument): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: one,
})

test('the engine answers as the reference evaluator does', () => {
  const seen = { allow: 0, 'implicit-deny': 0, 'explicit-deny': 0, trust: 0, conditions: 0 }
  fc.assert(
    fc.property(
      layers,
      fc.array(question, { minLength: 1, maxLength: 8 }),
      (documents, questions) => {
        const parsed = layersOf(documents)
        assert.deepEqual(parsed.problems, [])
        if (documents.trust) seen.trust++
        if (JSON.stringify(documents).includes('"Condition"')) seen.conditions++
        for (const asked of questions) {
          const { effect } = decide(asked, parsed.layers)
          seen[effect]++
          assert.equal(effect, referenceDecide(asked, documents))
        }
      },
    ),
    { numRuns: runs(2000) },
  )
  for (const [effect, times] of Object.entries(seen))
    assert.ok(!allRuns || times > 300, `only ${times} times ${effect}`)
})

function allowing({ Statement, ...rest }: PolicyDocument): PolicyDocument {
  return {
    ...rest,
    Statement: (Statement as readonly StatementDocument[]).map((one) => ({
      ...one,
      Effect: 'Allow',
    })),
  }
}

test('the indexes of a large layer answer as the reference evaluator does', () => {
  fc.assert(
    fc.property(
      largeLayers,
      fc.array(question, { minLength: 20, maxLength: 20 }),
      fc.boolean(),
      (documents, questions, allowsOnly) => {
        const kept = allowsOnly ? { identity: documents.identity.map(allowing) } : documents
        const parsed = layersOf(kept)
        assert.deepEqual(parsed.problems, [])
        for (const asked of questions)
          assert.equal(decide(asked, parsed.layers).effect, referenceDecide(asked, kept))
      },
    ),
    { numRuns: runs(300) },
  )
})

test('an explicit deny in any layer wins, and names its statement', () => {
  const denyAll = policy({ Effect: 'Deny', Action: '*', Resource: '*' })
  fc.assert(
    fc.property(
      layers,
      question,
      fc.constantFrom('identity', 'boundary', 'session'),
      (documents, asked, layer) => {
        const added =
          layer === 'session'
            ? { ...documents, session: [...(documents.session ?? []), [denyAll]] }
            : {
                ...documents,
                [layer]: [...(documents[layer as 'identity' | 'boundary'] ?? []), denyAll],
              }
        assert.equal(effectOf(asked, added), 'explicit-deny')
      },
    ),
    { numRuns: runs(100) },
  )
})

test('a session policy, a boundary and a control policy never widen', () => {
  fc.assert(
    fc.property(layers, question, layers, (documents, asked, { identity }) => {
      const modern = identity.map((one) => ({ ...one, Version: '2012-10-17' }))
      const before = rank[effectOf(asked, documents)]
      assert.ok(
        rank[
          effectOf(asked, { ...documents, session: [...(documents.session ?? []), identity] })
        ] <= before,
      )
      assert.ok(
        rank[
          effectOf(asked, {
            ...documents,
            serviceControl: [...(documents.serviceControl ?? []), modern],
          })
        ] <= before,
      )
      if (!documents.boundary)
        assert.ok(rank[effectOf(asked, { ...documents, boundary: identity })] <= before)
    }),
    { numRuns: runs(100) },
  )
})

test('adding an Allow never takes an allow away, adding a Deny never adds one', () => {
  fc.assert(
    fc.property(
      layers,
      question,
      statement('Allow'),
      statement('Deny'),
      (documents, asked, allow, deny) => {
        const before = effectOf(asked, documents)
        const wider = effectOf(asked, {
          ...documents,
          identity: [...documents.identity, policy(allow)],
        })
        const narrower = effectOf(asked, {
          ...documents,
          identity: [policy(deny), ...documents.identity],
        })
        if (before === 'allow') assert.equal(wider, 'allow')
        if (before === 'explicit-deny') assert.equal(wider, 'explicit-deny')
        if (narrower === 'allow') assert.equal(before, 'allow')
      },
    ),
    { numRuns: runs(100) },
  )
})

type Block = NonNullable<StatementDocument['Condition']>

/** A statement without one of its conditions, for each. */
function withoutOne(one: StatementDocument): readonly StatementDocument[] {
  const { Condition, ...rest } = one
  return Object.entries(Condition ?? {}).flatMap(([operator, keys]) =>
    Object.keys(keys).map((key): StatementDocument => {
      const { [key]: _, ...others } = keys
      const { [operator]: __, ...operators } = Condition as Block
      return {
        ...rest,
        Condition: {
          ...operators,
          ...(Object.keys(others).length > 0 && { [operator]: others }),
        },
      }
    }),
  )
}

type Place = readonly [PolicyDocument, (changed: PolicyDocument) => LayerDocuments]
const layerNames = ['identity', 'resource', 'trust', 'boundary'] as const
const levelNames = ['session', 'serviceControl', 'resourceControl'] as const

/** Every policy of the layers, with what makes the layers that have another in its place. */
function policiesOf(documents: LayerDocuments): readonly Place[] {
  const flat = layerNames.flatMap((layer) =>
    (documents[layer] ?? []).map(
      (one, i): Place => [
        one,
        (changed) => ({ ...documents, [layer]: documents[layer]!.with(i, changed) }),
      ],
    ),
  )
  const levels = levelNames.flatMap((layer) =>
    (documents[layer] ?? []).flatMap((level, at) =>
      level.map(
        (one, i): Place => [
          one,
          (changed) => ({
            ...documents,
            [layer]: documents[layer]!.with(at, level.with(i, changed)),
          }),
        ],
      ),
    ),
  )
  return [...flat, ...levels]
}

/** Layers in which the resource's or the role's own policy is the only one that allows. */
const resourceAlone = layers.map(
  ({ trust, resource, ...rest }): LayerDocuments => ({
    ...rest,
    ...(trust ? { trust } : { resource: resource ?? [] }),
    identity: [],
    boundary: [],
    session: [[]],
    serviceControl: [],
  }),
)

test('a condition never widens an Allow and never widens a Deny, in any statement', () => {
  fc.assert(
    fc.property(fc.oneof(layers, resourceAlone), question, (documents, asked) => {
      const narrow = effectOf(asked, documents)
      for (const [document, placed] of policiesOf(documents)) {
        const statements = document.Statement as readonly StatementDocument[]
        for (const [i, one] of statements.entries()) {
          for (const freed of withoutOne(one)) {
            const changed = placed({ ...document, Statement: statements.with(i, freed) })
            const wide = effectOf(asked, changed)
            if (one.Effect === 'Allow' && narrow === 'allow') assert.equal(wide, 'allow')
            if (one.Effect === 'Deny' && wide === 'allow') assert.equal(narrow, 'allow')
          }
        }
      }
    }),
    { numRuns: runs(2000) },
  )
})

test('the order of policies and statements does not matter', () => {
  const turned = ({ Statement, ...rest }: PolicyDocument): PolicyDocument => ({
    ...rest,
    Statement: [...(Statement as readonly StatementDocument[])].reverse(),
  })
  fc.assert(
    fc.property(layers, question, (documents, asked) => {
      const { identity, resource } = documents
      const reversed = {
        ...documents,
        identity: identity.toReversed().map(turned),
        ...(resource && { resource: resource.toReversed().map(turned) }),
      }
      assert.equal(effectOf(asked, reversed), effectOf(asked, documents))
    }),
    { numRuns: runs(100) },
  )
})

test('reading and deciding leave the question and the layers alone', () => {
  fc.assert(
    fc.property(layers, question, (documents, asked) => {
      const parsed = layersOf(documents).layers
      const before = structuredClone(asked)
      const first = decide(Object.freeze(asked), Object.freeze(parsed))
      const second = decide(asked, parsed)
      assert.deepEqual(structuredClone(asked), before)
      assert.deepEqual(
        [second.effect, second.because, second.blockedBy],
        [first.effect, first.because, first.blockedBy],
      )
    }),
    { numRuns: runs(100) },
  )
})

test('globs match as their plain meaning says', () => {
  const meanings: Readonly<Record<string, string>> = { '*': '.*', '?': '.' }
  const alphabet = fc.constantFrom('a', 'b', '/', '😀')
  const pattern = fc.array(fc.oneof(alphabet, fc.constantFrom('*', '?')), { maxLength: 8 })
  fc.assert(
    fc.property(pattern, fc.array(alphabet, { maxLength: 10 }), (glob, text) => {
      const meaning = new RegExp(`^${glob.map((c) => meanings[c] ?? c).join('')}$`, 'su')
      const expected = meaning.test(text.join(''))
      assert.equal(globMatches(globOf(glob.join('')), text.join('')), expected)
      assert.equal(compileGlob(globOf(glob.join('')))(text.join('')), expected)
    }),
    { numRuns: runs(3000) },
  )
})

test('the ends of a pattern never share characters of the text', () => {
  for (const [glob, text, expected] of [
    ['ab*ba', 'aba', false],
    ['ab*ba', 'abba', true],
    ['ab*b*ba', 'abba', false],
    ['ab*b*ba', 'abbba', true],
    ['a*a', 'a', false],
    ['a*a*a', 'aa', false],
    ['*a*a', 'a', false],
  ] as const)
    assert.equal(compileGlob(globOf(glob))(text), expected, `${glob} ${text}`)
})
