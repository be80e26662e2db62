import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Request } from 'express'
import { readCookie } from '../../src/http/cookies.ts'

test('a cookie that another host of the domain can set never stands for one of ours', () => {
  const read = (cookie: string) =>
    readCookie({ get: () => cookie } as unknown as Request, new URL('https://sso.test'), 'browser')
  assert.equal(read('a=1; __Host-gatehouse-browser=ours'), 'ours')
  assert.equal(read('a=1;\t__Host-gatehouse-browser=ours;b=2'), 'ours')
  for (const space of ['\u00a0', '\ufeff', '\v', '\u0085'])
    assert.equal(
      read(`a=1; ${space}__Host-gatehouse-browser=theirs; __Host-gatehouse-browser=ours`),
      'ours',
    )
})
