import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readLargeParameters } from '../../../src/aws/query/large-parameters.ts'
import {
  formText,
  defaultParameterLimits as limits,
  readParameters,
} from '../../../src/aws/query/parameters.ts'
import { hashInSlices } from '../../../src/credentials/in-slices.ts'
import { AwsFault } from '../../../src/kernel/aws-fault.ts'

/** How many turns the event loop took while `work` ran. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let [turns, running] = [0, true]
  const tick = () => {
    turns++
    if (running) setImmediate(tick)
  }
  setImmediate(tick)
  await work
  running = false
  return turns
}

async function read(
  how: (into: Map<string, string>) => void | Promise<void>,
): Promise<readonly [string, string][] | string> {
  const into = new Map<string, string>()
  try {
    await how(into)
    return [...into]
  } catch (error) {
    assert.ok(error instanceof AwsFault)
    return error.code
  }
}

test('a large body reads as a small one does, whatever its bytes', async () => {
  const piece = fc.constantFrom(
    ...['a', 'Action', '=', '&', '+', '%', '%41', '%c3%A9', '%C3', 'é', '%26', '%zz', '%4', '𝄞'],
    ...['\u00c3', '\u00a9', '%A9', '%00', '%ED%A0%80', '%25'],
  )
  const bytes = fc
    .array(
      fc.oneof(
        piece,
        piece.map((text) => Buffer.from(text, 'latin1')),
      ),
      { maxLength: 12 },
    )
    .map((parts) => Buffer.concat(parts.map((one) => Buffer.from(one as string))))
  await fc.assert(
    fc.asyncProperty(bytes, async (body) => {
      const large = await read((into) => readLargeParameters(body, into, limits))
      assert.deepEqual(large, await read((into) => readParameters(formText(body), into, limits)))
    }),
    { numRuns: 2000 },
  )
})

test('other work runs while a large body is hashed and decoded', async () => {
  const body = Buffer.from(`Action=CreateSAMLProvider&Document=${'%41'.repeat(10_000_000)}`)
  const into = new Map<string, string>()
  assert.ok((await turnsDuring(readLargeParameters(body, into, limits))) > 4)
  assert.equal(into.get('Document'), 'A'.repeat(10_000_000))
  assert.ok((await turnsDuring(hashInSlices(body))) > 1)
})

test('millions of empty pairs cost less than decoding as many bytes', async () => {
  const cost = async (body: Buffer) => {
    const before = process.cpuUsage()
    await readLargeParameters(body, new Map(), limits)
    const { user, system } = process.cpuUsage(before)
    return user + system
  }
  const bytes = 3_000_000
  await cost(Buffer.from('a=b'))
  const decoding = await cost(Buffer.concat([Buffer.from('a='), Buffer.alloc(bytes, '%41')]))
  assert.ok((await cost(Buffer.alloc(bytes, '&'))) < 5 * decoding)
})
