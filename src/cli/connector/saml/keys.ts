import { X509Certificate } from 'node:crypto'
import type { Environment } from '../../../config/references.ts'
import type { Settings } from '../../../config/settings.ts'
import type { OwnKey } from '../../../connectors/saml/sign.ts'
import {
  findOwnKeys,
  type OwnKeyState,
  ownKeyStates,
  rotateOwnKeys,
} from '../../../credentials/own-saml-keys.ts'
import { systemClock } from '../../../kernel/clock.ts'
import type { Output } from '../../check.ts'
import { openExistingKeys } from '../../existing-keys.ts'
import { fitSettings } from '../../fit-settings.ts'

const dayMs = 86_400_000

export interface SamlKeysAsked {
  /** Path of the settings file. */
  readonly config: string
  /** `list` or `rotate`; anything else is refused. */
  readonly verb: string
  /** The connector's id. */
  readonly id: string
}

/**
 * `gatehouse connector saml keys list|rotate ID`: works on the store that the settings name.
 * Gatehouse may be serving from it, and picks up the change within ten seconds. Exit codes: 0 done,
 * 1 not.
 */
export async function samlKeys(
  asked: SamlKeysAsked,
  env: Environment,
  { out, err }: Output,
): Promise<number> {
  const loaded = await fitSettings(asked.config, env, { err })
  if (!loaded) return 1
  const { settings } = loaded
  const { verb, id } = asked
  const wrong = whatIsWrong(asked, settings)
  if (wrong !== undefined) {
    err(wrong)
    return 1
  }
  await using opened = await openExistingKeys(settings, env, { err })
  if (!opened) return 1
  const ports = { ...opened, clock: systemClock, commonName: new URL(settings.publicUrl).hostname }
  if (verb === 'rotate') {
    const [, next] = await ownKeyStates(ports, id)
    await rotateOwnKeys(ports, id)
    const command = 'connector saml keys rotate'
    await opened.record({ eventName: 'RotateSamlKeys', command, request: { connector: id } })
    if (next && systemClock.now().getTime() - next.madeAt.getTime() < dayMs)
      err(
        'the key that signs now is younger than a day: ' +
          'identity providers that have not read our metadata since will refuse it',
      )
  }
  for (const state of await ownKeyStates(ports, id)) out(stateText(state))
  return 0
}

/** Returns a sentence, or undefined where the keys can be shown or changed. */
function whatIsWrong({ config, verb, id }: SamlKeysAsked, settings: Settings): string | undefined {
  const connector = settings.connectors[id]
  if (verb !== 'list' && verb !== 'rotate') return `\`${verb}\` is neither \`list\` nor \`rotate\``
  if (connector?.type !== 'saml') return `\`${id}\` is no SAML connector of \`${config}\``
  if (!connector.keys) return undefined
  return (
    `the keys of \`${id}\` are in the settings: ` +
    'put a new pair behind the old one there, and change their places later'
  )
}

function stateText({ fingerprint, certificate, use, opensUntil, madeAt }: OwnKeyState): string {
  const { validToDate } = new X509Certificate(Buffer.from(certificate, 'base64'))
  return [
    fingerprint.slice(0, 16),
    `made ${madeAt.toISOString()}`,
    `ends ${validToDate.toISOString()}`,
    opensUntil ? `opens until ${opensUntil.toISOString()}` : use,
  ].join('  ')
}

/**
 * Returns the keys that Gatehouse generated for a connector; none where the store or its root key
 * is not available, or none were generated yet.
 */
export async function readMadeKeys(
  settings: Settings,
  id: string,
  env: Environment,
): Promise<readonly OwnKey[]> {
  await using opened = await openExistingKeys(settings, env, { err: () => undefined })
  return opened ? await findOwnKeys(opened, id) : []
}
