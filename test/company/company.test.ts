import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Browser } from '../http/browser.ts'
import { brokerKeys, signedCall } from '../journeys/broker.ts'
import { untilReady } from '../peers/child.ts'
import { requirePeer } from '../peers/require.ts'
import { openCompany } from './company.ts'

test('people sign in and calls are answered while one node after the other restarts', async (t) => {
  if (!requirePeer(t, 'postgres') || !requirePeer(t, 'redis') || !requirePeer(t, 'proxies')) return
  await using company = await openCompany()
  const { origin, nodes } = company
  const visits = async (browser: Browser) => (await browser.get('/portal')).title
  const calls = () => signedCall(origin, brokerKeys, { Action: 'GetCallerIdentity' })
  const before = new Browser(origin)
  assert.equal((await before.signIn('jonas', 'jonas-demo-2026')).location, '/portal')
  for (const node of nodes) {
    let isBack = false
    const restarted = (async () => {
      await node.stop()
      await node.start()
      isBack = true
    })()
    let times = 0
    do {
      const during = new Browser(origin)
      assert.equal((await during.signIn('amina', 'amina-demo-2026')).location, '/portal')
      assert.deepEqual([await visits(during), await visits(before)], ['Your roles', 'Your roles'])
      assert.match(await calls(), /<Arn>arn:aws:iam::111122223333:user\/broker</)
      times++
    } while (!isBack && times < 200)
    await restarted
    // nginx leaves a node alone for a while that has refused it.
    const serves = async () => {
      await calls()
      return /^gatehouse_events_total\{service="sts",outcome="ok"\}/m.test(
        await (await fetch(`${node.operations}/metrics`)).text(),
      )
    }
    await untilReady({ ended: () => false, said: () => '' }, serves)
  }
})
