import type { Outbound } from '../outbound/outbound.ts'

/** Sends a form through the outbound door, and returns the status of the answer. */
export async function postForm(
  outbound: Outbound,
  url: string,
  form: URLSearchParams,
): Promise<number> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const message = { method: 'POST', headers, body: form.toString() } as const
  return (await outbound.send(url, message)).status
}
