import type { Credentials } from '../../src/credentials/claims.ts'
import { type Protocol, protocols } from '../../src/kernel/protocol.ts'
import type { Choice } from '../../src/sign-in/choices.ts'
import { filled } from '../filled.ts'
import { glyph } from '../glyph.ts'
import { html, type Safe } from '../html.ts'
import { accountId } from '../layout.ts'
import { words } from './words.ts'

export interface CredentialsPanel {
  readonly credentials: Credentials
  readonly account: string
  readonly accountName?: string | undefined
  readonly roleName: string
  readonly roleArn: string
  readonly username: string
  readonly connector: string
  readonly protocol: Protocol
  /** Our own address, where STS and IAM of an account of ours are reached. */
  readonly endpoint: string
  /** The STS that gave the credentials, where that is not ours. */
  readonly upstream?: Choice['upstream']
  readonly region: string
  /** Whether `gatehouse login` signs people in. */
  readonly terminal: boolean
  readonly now: Date
}

/** How long the portal shows credentials again, to a person who comes back to its page. */
export const shownMinutes = 15

interface Format {
  readonly name: string
  readonly label: string
  readonly text: string
}

/**
 * Shows credentials in the formats of shells and tools. They are made on request and shown once.
 */
export function credentialsPanel(panel: CredentialsPanel): Safe {
  const { credentials, account, accountName, roleName, now } = panel
  const all = formats(panel)
  const leftSeconds = Math.max(
    0,
    Math.floor((credentials.expiration.getTime() - now.getTime()) / 1000),
  )
  const minutes = Math.ceil(leftSeconds / 60)
  const ends = credentials.expiration.toISOString()
  return html`<div class="creds" id="open" tabindex="-1">
  <div class="sec-head"><h4>${filled(words.credentials.credentialsFor, {
    accountName: accountName ?? accountId(account),
    roleName,
  })}</h4>
  <span class="session small"><progress max="${minutes}" value="${minutes}"
    data-left="${leftSeconds}"
      aria-label="${words.credentials.timeLeftOfMinutes(minutes)}"></progress>
  <time datetime="${ends}" data-left="${leftSeconds}">${filled(words.credentials.validUntilUtc, {
    ends: ends.slice(11, 16),
  })}</time>
  </span></div>
  <fieldset class="formats"><legend class="vh">${words.credentials.format}</legend>
    ${all.map(
      ({ name }, i) =>
        html`<label><input type="radio" name="fmt" value="${i + 1}"${
          i === 0 && html` checked`
        }>${name}</label>`,
    )}
  </fieldset>
  ${all.map(
    ({ label, text }, i) =>
      html`<div class="fmt fmt-${i + 1} code">
  <button type="button" class="btn sm js" data-copy
    aria-label="${words.credentials.copy(label)}">${glyph(
      'copy',
      'i i-sm',
    )}<span>${words.credentials.copy2}</span></button>
  <pre tabindex="0" role="region" aria-label="${label}">${text}</pre></div>`,
  )}
  ${panel.upstream ? ofUpstream(panel.upstream) : ofOurs(panel)}
</div>`
}

/** What holds for credentials that Gatehouse handed on. */
function ofUpstream({ type }: NonNullable<Choice['upstream']>): Safe {
  return html`<p class="small muted mt">${filled(words.credentials.theyAreKeptNowhere, {
    type:
      type === 'aws' ? words.credentials.theseAreAwssOwn : words.credentials.theseAreCredentialsOf,
  })}</p>`
}

function ofOurs(panel: CredentialsPanel): Safe {
  return html`<p class="small mt">${filled(words.credentials.olderOnesIgnoreThe, {
    strong: html`<strong>${words.credentials.awsCliOrNewer}</strong>`,
    code: html`<code>${words.credentials.awsVersion}</code>`,
    panel: html`<code>${filled(words.credentials.awsEndpointUrlSts, {
      panel: panel.endpoint,
    })}</code>`,
  })}</p>
  <p class="small muted mt">${filled(words.credentials.shownHereForMinutes, {
    shownMinutes,
    renewingText: renewingText(panel) === undefined && html` ${words.credentials.youSignInWith}`,
  })}</p>`
}

const oldClients = words.credentials.awsCliOrNewerOlder

/**
 * Returns the formats that the person can use. `endpoint_url` and `AWS_ENDPOINT_URL` name us for
 * every service: a token of ours is of no use at Amazon, and must not get there. Credentials of
 * another STS go to that, which for AWS needs no address.
 */
export function formats(panel: CredentialsPanel): readonly Format[] {
  const { credentials, account, accountName, roleName, region } = panel
  const endpoint = panel.upstream ? panel.upstream.endpoint : panel.endpoint
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = credentials
  const variables: readonly (readonly [string, string])[] = [
    ['AWS_ACCESS_KEY_ID', accessKeyId],
    ['AWS_SECRET_ACCESS_KEY', secretAccessKey],
    ['AWS_SESSION_TOKEN', sessionToken],
    // The AWS CLI and boto3 read only the second, the other SDKs the first.
    ['AWS_REGION', region],
    ['AWS_DEFAULT_REGION', region],
    ...(endpoint === undefined ? [] : ([['AWS_ENDPOINT_URL', endpoint]] as const)),
  ]
  const profile = `${accountName ?? account}-${roleName}`.replace(/[^\w.-]/g, '-')
  const configured = [
    ...(panel.upstream ? [] : [oldClients]),
    `[profile ${profile}]`,
    `region = ${region}`,
    ...(endpoint === undefined ? [] : [`endpoint_url = ${endpoint}`]),
  ].join('\n')
  const keys = [
    `aws_access_key_id = ${accessKeyId}`,
    `aws_secret_access_key = ${secretAccessKey}`,
    `aws_session_token = ${sessionToken}`,
  ].join('\n')
  const json = {
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: expiration.toISOString(),
  }
  const process = renewingText(panel)
  const renewing = process && {
    name: 'Renewing',
    label: words.credentials.linesForAwsConfig,
    text: `${process.told}\n${configured}\ncredential_process = ${process.command}`,
  }
  return [
    {
      name: 'Shell',
      label: words.credentials.shellCommands,
      text: variables.map(([key, value]) => `export ${key}="${value}"`).join('\n'),
    },
    {
      name: 'PowerShell',
      label: 'PowerShell commands',
      text: variables.map(([key, value]) => `$Env:${key}="${value}"`).join('\n'),
    },
    {
      name: words.credentials.profileFile,
      label: words.credentials.linesForTwoFiles,
      text: `# ~/.aws/credentials\n[${profile}]\n${keys}\n\n# ~/.aws/config\n${configured}`,
    },
    ...(renewing ? [renewing] : []),
    {
      name: 'JSON',
      label: words.credentials.credentialsAsJson,
      text: JSON.stringify(json, null, 2),
    },
    {
      name: 'fish',
      label: 'fish commands',
      text: variables.map(([key, value]) => `set -gx ${key} "${value}"`).join('\n'),
    },
    {
      name: '.env',
      label: words.credentials.linesOfAEnv,
      // Without quotes: Docker takes them for a part of the value.
      text: variables.map(([key, value]) => `${key}=${value}`).join('\n'),
    },
  ]
}

/**
 * How credentials are renewed: with the password, or with the sign-in of `gatehouse login`, which
 * takes everybody. Undefined where there is neither.
 */
function renewingText(
  panel: CredentialsPanel,
): { readonly told: string; readonly command: string } | undefined {
  const { endpoint, protocol, terminal } = panel
  if (protocols[protocol].flow === 'password')
    return {
      told: words.credentials.awsConfigAsksFor,
      command: withPassword(panel),
    }
  const role = quoted(panel.roleArn)
  if (!terminal || role === '') return undefined
  return {
    told: [
      words.credentials.signInFirstAnd,
      `#   gatehouse login --endpoint ${endpoint}`,
      '# ~/.aws/config:',
    ].join('\n'),
    command: `gatehouse credentials --endpoint ${endpoint} --role ${role}`,
  }
}

/** Only the user name is not made by us, so it is quoted for the file that holds it. */
function withPassword({ endpoint, username, connector, roleArn }: CredentialsPanel): string {
  const name = quoted(username)
  return [
    `gatehouse credentials --endpoint ${endpoint}`,
    ...(name === '' ? [] : [`--username ${name}`]),
    `--provider ${connector} --role ${roleArn}`,
  ].join(' ')
}

/**
 * Quotes one word for the AWS CLI's parser. Returns '' when the word holds a control character,
 * which a line of the file can't carry.
 */
function quoted(word: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line break would start a setting
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(word)) return ''
  return /^[\w@.+=:/-]+$/.test(word) && !word.startsWith('-')
    ? word
    : `"${word.replace(/["\\$`]/g, '\\$&')}"`
}
