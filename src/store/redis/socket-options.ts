import type { Login, Node, Tls } from './access.ts'

/** Read for each connection, because passwords change. */
export function credentialsOf({ username, password }: Login) {
  if (!password) return {}
  const credentials = async () => ({
    ...(username !== undefined && { username }),
    password: await password(),
  })
  return { credentialsProvider: { type: 'async-credentials-provider', credentials } as const }
}

export function socketOf(node: Node, tls: Tls | undefined, limitMs: number) {
  return { ...node, ...tlsOf(tls), connectTimeout: limitMs }
}

export function tlsOf(tls: Tls | undefined) {
  if (!tls) return {}
  const given = Object.entries(tls).filter(([, value]) => value !== undefined)
  return { tls: true, minVersion: 'TLSv1.2', ...(Object.fromEntries(given) as Tls) } as const
}
