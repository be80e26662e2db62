import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SessionClaims } from '../../src/credentials/claims.ts'
import { sessionTags } from '../../src/sessions/session-tags.ts'

const parent = {
  tags: [
    { Key: 'Team', Value: 'db' },
    { Key: 'local', Value: 'x' },
  ],
  transitiveTagKeys: ['Team'],
} as unknown as SessionClaims

for (const [what, asked, claims, expected] of [
  ['no tags', {}, undefined, { tags: [], transitiveTagKeys: [] }],
  [
    'keys keep their spelling',
    { Tags: [{ Key: 'Cost', Value: '' }] },
    undefined,
    { tags: [{ Key: 'Cost', Value: '' }], transitiveTagKeys: [] },
  ],
  [
    'transitive tags are inherited, others are not',
    {},
    parent,
    { tags: [{ Key: 'Team', Value: 'db' }], transitiveTagKeys: ['Team'] },
  ],
  [
    'an inherited key may be named again as transitive',
    { TransitiveTagKeys: ['team'] },
    parent,
    { tags: [{ Key: 'Team', Value: 'db' }], transitiveTagKeys: ['team'] },
  ],
  [
    'a tag that the parent did not hand down is free',
    { Tags: [{ Key: 'LOCAL', Value: 'y' }], TransitiveTagKeys: ['local'] },
    parent,
    {
      tags: [
        { Key: 'Team', Value: 'db' },
        { Key: 'LOCAL', Value: 'y' },
      ],
      transitiveTagKeys: ['Team', 'local'],
    },
  ],
] as const) {
  test(`session tags: ${what}`, () => assert.deepEqual(sessionTags(asked, claims), expected))
}

for (const [what, asked, code] of [
  [
    'one key twice, in two spellings',
    {
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'A', Value: '2' },
      ],
    },
    'InvalidParameterValue',
  ],
  ['a transitive key that is no tag', { TransitiveTagKeys: ['nope'] }, 'InvalidParameterValue'],
  [
    'a transitive key twice',
    { Tags: [{ Key: 'a', Value: '1' }], TransitiveTagKeys: ['a', 'A'] },
    'InvalidParameterValue',
  ],
  [
    'an inherited tag overridden, in another spelling',
    { Tags: [{ Key: 'TEAM', Value: 'web' }] },
    'InvalidParameterValue',
  ],
  ['a reserved key', { Tags: [{ Key: 'AWS:x', Value: '1' }] }, 'ValidationError'],
  [
    'fifty and the inherited one',
    { Tags: Array.from({ length: 50 }, (_, at) => ({ Key: `k${at}`, Value: '' })) },
    'ValidationError',
  ],
] as const) {
  test(`session tags refuse ${what}`, () =>
    assert.throws(() => sessionTags(asked, parent), { code }))
}
