import { buildRegisteredApps } from '../apps/registered-apps.ts'
import type { Environment } from '../config/references.ts'
import { systemClock } from '../kernel/clock.ts'
import { Ids } from '../kernel/ids.ts'
import { visibleText } from '../kernel/visible-text.ts'
import type { Output } from './check.ts'
import { commandLine } from './command-event.ts'
import { openExistingStore } from './existing-store.ts'
import { fitSettings } from './fit-settings.ts'
import { table } from './terminal-table.ts'

export interface AppsAsked {
  /** Path of the settings file. */
  readonly config: string
  readonly verb: 'invite' | 'list' | 'remove'
  /** The client id of the app to remove. */
  readonly id?: string | undefined
  readonly json?: boolean | undefined
}

/**
 * `gatehouse apps invite|list|remove`: apps that register themselves. Works on the store that the
 * settings name, from which Gatehouse may be serving: it sees the change at its next request, and
 * brings the event of it into the trail. The invitation is printed here and kept nowhere. Exit
 * codes: 0 done, 1 not.
 */
export async function appsCommand(
  { config, verb, id = '', json }: AppsAsked,
  env: Environment,
  { out, err }: Output,
): Promise<number> {
  const loaded = await fitSettings(config, env, { err })
  if (!loaded) return 1
  const { registration, store: at, publicUrl } = loaded.settings
  if (verb === 'invite' && !registration.enabled) {
    err('no app may register itself: set `registration.enabled`')
    return 1
  }
  await using store = await openExistingStore(at, env, { err })
  if (!store) return 1
  const { documents } = store
  const apps = buildRegisteredApps({ documents, clock: systemClock, ids: new Ids() })
  const record = (eventName: string, request: Readonly<Record<string, string>>) => {
    const event = { eventSource: 'signin.amazonaws.com', eventName, request } as const
    return store.transact((tx) => tx.leave(commandLine({ ...event, command: `apps ${verb}` }, env)))
  }
  try {
    if (verb === 'invite') {
      const { token, until } = await apps.invite()
      await record('AppInvitation', { until: until.toISOString() })
      if (json) out(JSON.stringify({ token, until: until.toISOString() }, null, 2))
      else {
        out(token)
        const to = new URL('/oauth2/register', publicUrl)
        err(`registers one app at ${to} until ${until.toISOString()}`)
      }
      return 0
    }
    if (verb === 'remove') {
      if (!(await apps.remove(id))) throw new RangeError(`there is no registered app \`${id}\``)
      await record('AppRemoval', { app: id })
      out(`removed: ${id}`)
      return 0
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    err(error.message)
    return 1
  }
  await apps.refresh()
  const list = Object.entries(apps.current()).map(([app, { token: _, ...told }]) => ({
    id: app,
    ...told,
  }))
  if (json) out(JSON.stringify(list, null, 2))
  else
    for (const line of table(
      ['APP', 'NAME', 'REGISTERED', 'RETURNS TO'],
      list.map(({ id: app, name, registeredAt, redirectUris }) => [
        app,
        visibleText(name),
        registeredAt,
        visibleText(redirectUris.join(' ')),
      ]),
    ))
      out(line)
  return 0
}
