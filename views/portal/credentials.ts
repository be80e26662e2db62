import { html, type Safe } from '../html.ts'
import type { Credentials } from '../../src/credentials/claims.ts'
import { glyph } from '../glyph.ts'
import { accountId } from '../layout.ts'

export interface CredentialsPanel {
  readonly credentials: Credentials
  readonly account: string
  readonly accountName?: string
  readonly roleName: string
  readonly roleArn: string
  readonly username: string
  readonly connector: string
  /** Our own address: STS and IAM of this account are asked here. */
  readonly endpoint: string
  readonly region: string
  readonly now: Date
}

interface Format {
  readonly name: string
  readonly label: string
  readonly text: string
}

/** Credentials as shells and tools take them. They are made when asked for and shown once. */
export function credentialsPanel(panel: CredentialsPanel): Safe {
  const { credentials, account, accountName, roleName, now } = panel
  const all = formats(panel)
  const leftSeconds = Math.max(0, Math.floor((credentials.expiration.getTime() - now.getTime()) / 1000))
  const minutes = Math.ceil(leftSeconds / 60)
  return html`<div class="creds">
  <div class="sec-head"><h4>Credentials for ${accountName ?? accountId(account)} · ${roleName}</h4><span class="session small"><progress max="${minutes}" value="${minutes}" data-left="${leftSeconds}" aria-label="Time left of ${minutes} minutes"></progress> <time datetime="${credentials.expiration.toISOString()}" data-left="${leftSeconds}">Valid until ${credentials.expiration.toISOString().slice(11, 16)} UTC</time></span></div>
  <fieldset class="formats"><legend class="vh">Format</legend>
    ${all.map(({ name }, i) => html`<label><input type="radio" name="fmt" value="${i + 1}"${i === 0 && html` checked`}>${name}</label>`)}
  </fieldset>
  ${all.map(({ label, text }, i) => html`<div class="fmt fmt-${i + 1} code"><button type="button" class="btn sm js" data-copy aria-label="Copy: ${label}">${glyph('copy', 'i i-sm')}<span>Copy</span></button><pre tabindex="0" role="region" aria-label="${label}">${text}</pre></div>`)}
  <p class="small muted mt">Shown once. They carry your name in every audit event.</p>
</div>`
}

/** Every value here is ours but the user name, which is quoted for the file that it stands in. */
export function formats({ credentials, account, accountName, roleName, roleArn, username, connector, endpoint, region }: CredentialsPanel): readonly Format[] {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = credentials
  const variables: readonly (readonly [string, string])[] = [
    ['AWS_ACCESS_KEY_ID', accessKeyId], ['AWS_SECRET_ACCESS_KEY', secretAccessKey], ['AWS_SESSION_TOKEN', sessionToken],
    // The AWS CLI and boto3 read the second alone, the other SDKs the first.
    ['AWS_REGION', region], ['AWS_DEFAULT_REGION', region], ['AWS_ENDPOINT_URL_STS', endpoint], ['AWS_ENDPOINT_URL_IAM', endpoint],
  ]
  const profile = `${accountName ?? account}-${roleName}`.replace(/[^\w.-]/g, '-')
  const where = `region = ${region}\nservices = gatehouse-${profile}`
  const services = `[services gatehouse-${profile}]\nsts =\n  endpoint_url = ${endpoint}\niam =\n  endpoint_url = ${endpoint}`
  const name = quoted(username)
  const command = `gatehouse credentials --endpoint ${endpoint}${name && ` --username ${name}`} --provider ${connector} --role ${roleArn}`
  const json = { Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken, Expiration: expiration.toISOString() }
  return [
    { name: 'Shell', label: 'Shell commands', text: variables.map(([key, value]) => `export ${key}="${value}"`).join('\n') },
    { name: 'PowerShell', label: 'PowerShell commands', text: variables.map(([key, value]) => `$Env:${key}="${value}"`).join('\n') },
    {
      name: 'Profile file', label: 'Lines for two files of the AWS CLI',
      text: `# ~/.aws/credentials\n[${profile}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\naws_session_token = ${sessionToken}\n\n# ~/.aws/config\n[profile ${profile}]\n${where}\n\n${services}`,
    },
    {
      name: 'Renewing', label: 'Lines for ~/.aws/config that renew themselves',
      text: `# ~/.aws/config: asks for your password whenever the old ones end\n[profile ${profile}]\n${where}\ncredential_process = ${command}\n\n${services}`,
    },
    { name: 'JSON', label: 'Credentials as JSON', text: JSON.stringify(json, null, 2) },
  ]
}

/** One word for the AWS CLI's splitter, or nothing where the name holds what no line of a file can carry. */
function quoted(word: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line break would start a setting of its own
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(word)) return ''
  return /^[\w@.+=:/-]+$/.test(word) && !word.startsWith('-') ? word : `"${word.replace(/["\\$`]/g, '\\$&')}"`
}
