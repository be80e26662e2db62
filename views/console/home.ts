import type { HomeContent } from '../../src/console/shown.ts'
import { glyph } from '../glyph.ts'
import { breakable, breakableName, html, type Safe } from '../html.ts'
import { accountId, clockTime, duration } from '../layout.ts'
import type { Frame, Inside } from './frame.ts'

/** `/console`: who the session acts as, and what it may do. */
export function homeView(home: HomeContent, { portal, now }: Frame): Inside {
  const { title, session, strayed } = home
  const { accountName, claims } = session
  const number = html`<b class="num">${accountId(claims.account)}</b>`
  const account =
    accountName === undefined ? number : html`<b>${breakableName(accountName)}</b> (${number})`
  return {
    title,
    body: html`${strayed !== undefined && strayedNotice(strayed)}
<div class="head">
  <div><h1>${breakableName(title)}</h1><p>You act as <b>${title}</b> in account ${account},
  and with those permissions only.</p></div>
  ${portal && html`<div class="actions"><a class="btn" href="/portal">Switch role</a></div>`}
</div>
<div class="cols">
${permissions(home)}
${identity(home, now)}
</div>`,
  }
}

function strayedNotice(path: string): Safe {
  return html`<div class="msg">${glyph('info')}<div><p>There is no page of its own at
<span class="mono">${breakable(path)}</span> yet. This is who you are instead.</p></div></div>`
}

function permissions({ access, policies }: HomeContent): Safe {
  return html`<section class="sec" aria-labelledby="may">
  <h2 id="may">What you may do here</h2>
  <table class="tbl">
  <caption>Asked of the policy engine just now, for every resource of the account</caption>
  <thead><tr><th scope="col">Action</th><th scope="col">Decision</th></tr></thead><tbody>
  ${access.map(accessRow)}
  </tbody></table>
  <h3 class="mt">Where it comes from</h3>
  ${
    policies.length === 0
      ? html`<p class="muted mt">No policy allows this session anything.</p>`
      : html`<dl class="dl ruled small">${policies.map(policyRow)}</dl>`
  }
</section>`
}

function accessRow({ action, words, effect }: HomeContent['access'][number]): Safe {
  return html`<tr><th scope="row">${words}<span class="sub"><code>${action}</code></span></th>
  <td>${badge(effect)}</td></tr>`
}

function policyRow({ layer, names }: HomeContent['policies'][number]): Safe {
  const lines = names.map((name, i) => html`${i > 0 && html`<br>`}<code>${breakable(name)}</code>`)
  return html`<dt>${layer}</dt><dd>${names.length === 0 ? 'Allows nothing' : lines}</dd>`
}

const badges = {
  allow: { tone: 'allow', glyph: 'gate-open', words: 'Allow' },
  'explicit-deny': { tone: 'deny', glyph: 'gate-closed', words: 'Deny' },
  some: { tone: 'implicit', glyph: 'gate-open', words: 'Some' },
  'implicit-deny': { tone: 'implicit', glyph: 'gate-none', words: 'Not allowed' },
} as const

function badge(effect: HomeContent['access'][number]['effect']): Safe {
  const { tone, glyph: name, words } = badges[effect]
  return html`<span class="b ${tone}">${glyph(name, 'i i-sm')}${words}</span>`
}

function identity({ session }: HomeContent, now: Date): Safe {
  const { claims, arn, openedAt, expiresAt, caller } = session
  const { federation, sourceIdentity } = claims
  const lasts = duration((expiresAt.getTime() - openedAt.getTime()) / 1000)
  return html`<aside class="sec" aria-labelledby="who">
  <h2 id="who">Who you are to Gatehouse</h2>
  <dl class="dl ruled small">
    ${term('Principal', html`<code>${breakable(arn)}</code>`)}
    ${term('Account', html`<span class="num">${accountId(claims.account)}</span>`)}
    ${term('Session name', claims.name)}
    ${term('User ID', html`<code>${breakable(caller.userId)}</code>`)}
    ${federation && term('Came by', `${federation.connector}, as ${federation.username}`)}
    ${federation?.rule !== undefined && term('Mapping', federation.rule)}
    ${sourceIdentity !== undefined && term('Source identity', html`<code>${sourceIdentity}</code>`)}
    ${term('Tags', tagChips(claims.tags))}
    ${term('Opened', clockTime(openedAt, now))}
    ${term('Ends', html`${clockTime(expiresAt, now)}, after ${lasts}`)}
  </dl>
</aside>`
}

function term(label: string, value: Safe | string): Safe {
  return html`<dt>${label}</dt><dd>${value}</dd>`
}

function tagChips(tags: HomeContent['session']['claims']['tags']): Safe {
  if (tags.length === 0) return html`<span class="muted">None</span>`
  return html`<span class="chips">${tags.map(
    ({ Key, Value }) => html`<span class="chip">${Key}=${Value}</span>`,
  )}</span>`
}
