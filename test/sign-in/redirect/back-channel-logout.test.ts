import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SessionsEnded } from '../../../src/connectors/redirect-upstream.ts'
import { Ids } from '../../../src/kernel/ids.ts'
import { wasEnded } from '../../../src/sign-in/ended-sessions.ts'
import { backChannelLogout } from '../../../src/sign-in/redirect/back-channel-logout.ts'
import { replayGuard } from '../../../src/sign-in/replay.ts'
import { SignInRefusal } from '../../../src/sign-in/sign-in-refusal.ts'
import { recordingAudit } from '../../audit/recording-audit.ts'
import { inMemory } from '../../http/in-memory.ts'
import { standingClock } from '../../http/standing-clock.ts'
import { proofOf, toyConnector } from './toy-provider.ts'

test('a logout that failed in the middle ends the sessions when it is sent again', async () => {
  const clock = standingClock()
  const replayableUntil = new Date(clock.now().getTime() + 600_000)
  const told: SessionsEnded = { subject: 'amina', id: 'j-1', replayKey: 'k-1', replayableUntil }
  const connector = toyConnector(clock, { readBackChannelLogout: async () => told })
  const kept = inMemory(clock)
  let fails = true
  const ephemeral: typeof kept = {
    ...kept,
    async put(...row) {
      if (fails) throw new Error('the disk is full')
      await kept.put(...row)
    },
  }
  const send = () =>
    backChannelLogout(
      {
        audit: recordingAudit(),
        clock,
        ids: new Ids(),
        signIn: {
          connectors: () => [connector],
          enter: async () => assert.fail(),
          begun: async () => assert.fail(),
        },
        tries: { beginFrom: async () => {}, rightFrom: async () => {} },
        replay: replayGuard(ephemeral),
        ephemeral,
        checkTimeoutMs: 1000,
      },
      {
        protocol: 'oidc',
        connector: connector.id,
        message: 'm',
        sourceAddress: '192.0.2.1',
        userAgent: 'test',
        secure: true,
        region: 'us-east-1',
        requestId: 'r-1',
      },
    )
  const { identity } = proofOf(clock, { nonce: 'n' })
  const oidc = { provider: 'op.example', audience: 'gatehouse', subject: 'amina', methods: [] }
  const isEnded = () => wasEnded({ ephemeral }, { ...identity, oidc })
  await assert.rejects(send(), /the disk is full/)
  assert.equal(await isEnded(), false)
  fails = false
  await send()
  assert.equal(await isEnded(), true)
  await assert.rejects(send(), SignInRefusal)
})
