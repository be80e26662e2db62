import type { HomeContent } from '../../src/console/shown.ts'
import { filled } from '../filled.ts'
import { glyph } from '../glyph.ts'
import { breakable, breakableName, html, type Safe } from '../html.ts'
import { accountId, clockTime, duration } from '../layout.ts'
import type { Frame, Inside } from './frame.ts'
import { words as texts } from './words.ts'

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
  <div><h1>${breakableName(title)}</h1><p>${filled(texts.home.youActAsIn, {
    title: html`<b>${title}</b>`,
    account,
  })}</p></div>
  ${
    portal &&
    html`<div class="actions"><a class="btn" href="/portal">${texts.home.switchRole}</a></div>`
  }
</div>
<div class="cols">
${permissions(home)}
${identity(home, now)}
</div>`,
  }
}

function strayedNotice(path: string): Safe {
  return html`<div class="msg">${glyph('info')}<div><p>${filled(texts.home.thereIsNoPage, {
    path: html`<span class="mono">${breakable(path)}</span>`,
  })}</p></div></div>`
}

function permissions({ access, policies }: HomeContent): Safe {
  return html`<section class="sec" aria-labelledby="may">
  <h2 id="may">${texts.home.whatYouMayDo}</h2>
  <table class="tbl">
  <caption>${texts.home.askedOfThePolicy}</caption>
  <thead><tr><th scope="col">${texts.home.action}</th><th
    scope="col">${texts.home.decision}</th></tr></thead><tbody>
  ${access.map(accessRow)}
  </tbody></table>
  <h3 class="mt">${texts.home.whereItComesFrom}</h3>
  ${
    policies.length === 0
      ? html`<p class="muted mt">${texts.home.noPolicyAllowsThis}</p>`
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
  return html`<dt>${layer}</dt><dd>${names.length === 0 ? texts.home.allowsNothing : lines}</dd>`
}

const badges = {
  allow: { tone: 'allow', glyph: 'gate-open', words: texts.home.allow },
  'explicit-deny': { tone: 'deny', glyph: 'gate-closed', words: texts.home.deny },
  some: { tone: 'implicit', glyph: 'gate-open', words: texts.home.some },
  'implicit-deny': { tone: 'implicit', glyph: 'gate-none', words: texts.home.notAllowed },
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
  <h2 id="who">${texts.home.whoYouAreTo}</h2>
  <dl class="dl ruled small">
    ${term(texts.home.principal, html`<code>${breakable(arn)}</code>`)}
    ${term(texts.home.account, html`<span class="num">${accountId(claims.account)}</span>`)}
    ${term(texts.home.sessionName, claims.name)}
    ${term(texts.home.userId, html`<code>${breakable(caller.userId)}</code>`)}
    ${federation && term(texts.home.cameBy, `${federation.connector}, as ${federation.username}`)}
    ${federation?.rule !== undefined && term(texts.home.mapping, federation.rule)}
    ${
      sourceIdentity !== undefined &&
      term(texts.home.sourceIdentity, html`<code>${sourceIdentity}</code>`)
    }
    ${term(texts.home.tags, tagChips(claims.tags))}
    ${term(texts.home.opened, clockTime(openedAt, now))}
    ${term(
      texts.home.ends,
      html`${filled(texts.home.after, { expiresAt: clockTime(expiresAt, now), lasts })}`,
    )}
  </dl>
</aside>`
}

function term(label: string, value: Safe | string): Safe {
  return html`<dt>${label}</dt><dd>${value}</dd>`
}

function tagChips(tags: HomeContent['session']['claims']['tags']): Safe {
  if (tags.length === 0) return html`<span class="muted">${texts.home.none}</span>`
  return html`<span class="chips">${tags.map(
    ({ Key, Value }) => html`<span class="chip">${Key}=${Value}</span>`,
  )}</span>`
}
