import { hash } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import type { Ids } from '../kernel/ids.ts'
import type { Documents } from '../store/store.ts'

/** An app that registered itself. It has no secret. */
export interface RegisteredApp {
  readonly name: string
  readonly type: 'web' | 'native'
  readonly redirectUris: readonly string[]
  readonly signing: 'RS256' | 'ES256'
  readonly refreshTokens: boolean
  /** ISO 8601. */
  readonly registeredAt: string
  /** Hash of the token that manages it (RFC 7592). */
  readonly token?: string | undefined
}

interface Kept {
  /** Hashes, with the instant that each lasts until. */
  readonly invitations: Readonly<Record<string, string>>
  readonly apps: Readonly<Record<string, RegisteredApp>>
}

export interface RegisteredAppsPorts {
  readonly documents: Documents
  readonly clock: Clock
  readonly ids: Pick<Ids, 'opaque'>
}

export interface RegisteredApps {
  /** Reads what the store has now. */
  refresh(): Promise<void>
  /** As last read, by client id. */
  current(): Readonly<Record<string, RegisteredApp>>
  /** A new invitation (RFC 7591, initial access token), kept as its hash. RangeError: too many. */
  invite(): Promise<{ readonly token: string; readonly until: Date }>
  /** Until when an invitation lasts; undefined: there is none. */
  invited(token: string): Promise<Date | undefined>
  /**
   * Uses an invitation up and keeps the app, both or neither: of two at once, one wins. `gone`: the
   * invitation was used or is too old; `full`: there are `most` apps.
   */
  register(
    invitation: string,
    id: string,
    app: RegisteredApp,
    most: number,
  ): Promise<'done' | 'gone' | 'full'>
  /** Names the token that manages an app from now on. */
  setToken(id: string, token: string): Promise<void>
  /** The app that this token manages. */
  managedBy(token: string): Promise<string | undefined>
  /** Returns whether there was one. What it was given is refused from its next request on. */
  remove(id: string): Promise<boolean>
}

const document = 'registered-apps'
const mostInvitations = 20
const invitationMs = 3_600_000
const none: Kept = { invitations: {}, apps: {} }

const hashed = (token: string) => hash('sha256', token, 'base64url')

/** Apps that registered themselves, and invitations to, in one document of the store. */
export function buildRegisteredApps({
  documents,
  clock,
  ids,
}: RegisteredAppsPorts): RegisteredApps {
  let last = { revision: 0, kept: none }
  const read = async () => {
    const found = await documents.read(document)
    if (!found) last = { revision: 0, kept: none }
    else if (found.revision !== last.revision)
      last = { revision: found.revision, kept: JSON.parse(found.text) as Kept }
    return last
  }
  const living = ({ invitations }: Kept) =>
    Object.fromEntries(
      Object.entries(invitations).filter(([, until]) => new Date(until) > clock.now()),
    )
  /** `change` returns undefined to leave things as they are. */
  const write = async (change: (kept: Kept) => Kept | undefined): Promise<boolean> => {
    for (let tries = 0; tries < 20; tries++) {
      const { revision, kept } = await read()
      const next = change({ ...kept, invitations: living(kept) })
      if (!next) return false
      if (await documents.write(document, JSON.stringify(next), revision)) return true
    }
    throw new Error('the registered apps change too often: try again')
  }
  const own = ({ apps }: Kept, id: string) => (Object.hasOwn(apps, id) ? apps[id] : undefined)
  return {
    async refresh() {
      await read()
    },
    current: () => last.kept.apps,
    async invite() {
      const token = ids.opaque(32)
      const until = new Date(clock.now().getTime() + invitationMs)
      const written = await write(({ invitations, apps }) =>
        Object.keys(invitations).length >= mostInvitations
          ? undefined
          : { apps, invitations: { ...invitations, [hashed(token)]: until.toISOString() } },
      )
      if (!written) throw new RangeError(`${mostInvitations} invitations are open: wait an hour`)
      return { token, until }
    },
    async invited(token) {
      const until = living((await read()).kept)[hashed(token)]
      return until === undefined ? undefined : new Date(until)
    },
    async register(invitation, id, app, most) {
      let refused: 'gone' | 'full' = 'gone'
      const written = await write(({ invitations, apps }) => {
        const { [hashed(invitation)]: until, ...others } = invitations
        refused = until === undefined ? 'gone' : 'full'
        if (until === undefined || Object.keys(apps).length >= most) return undefined
        return { invitations: others, apps: { ...apps, [id]: app } }
      })
      return written ? 'done' : refused
    },
    async setToken(id, token) {
      await write((kept) => {
        const app = own(kept, id)
        return app && { ...kept, apps: { ...kept.apps, [id]: { ...app, token: hashed(token) } } }
      })
    },
    async managedBy(token) {
      const { apps } = (await read()).kept
      const sought = hashed(token)
      return Object.entries(apps).find(([, app]) => app.token === sought)?.[0]
    },
    remove: (id) =>
      write((kept) => {
        if (!own(kept, id)) return undefined
        const { [id]: _, ...apps } = kept.apps
        return { ...kept, apps }
      }),
  }
}
