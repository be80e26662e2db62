import { appSettings } from '../scene.ts'

/**
 * People of the apps' scene (alice: staff, wiki-admins, payroll; bob: visitors; carol: staff) and
 * two sites. `port`: of the proxy; empty where there is none.
 */
export function gateSettings({
  port = '',
  proxies = 'proxies: [loopback]',
  recheck = '30s',
}: {
  readonly port?: string
  readonly proxies?: string
  readonly recheck?: string
} = {}): string {
  return `${appSettings.slice(0, appSettings.indexOf('apps:'))}
gate:
  ${proxies}
  recheck: ${recheck}
  sites:
    wiki:
      label: Wiki
      hosts: ["wiki.localhost${port}", "wiki2.localhost${port}"]
      when: '"staff" in identity.groups'
      paths:
        - { path: /status, public: true }
        - { path: /hook, public: true, methods: [POST, OPTIONS] }
        - { path: /admin, when: '"wiki-admins" in identity.groups' }
        - { path: /admin/help, public: true }
      groups: identity.groups.filter(g, g.startsWith("wiki-"))
      claims: { email: 'identity.attributes.mail[0]', staff: '"staff" in identity.groups' }
    plain:
      label: Plain
      hosts: ["plain.localhost${port}"]
`
}
