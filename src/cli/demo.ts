/** What `npm start` prints: the address, who can sign in, and three things to try. */
export function demoText(origin: string, people: readonly { username: string; password: string; gets: string }[], key: { id: string; secret: string }): string {
  const sts = `--endpoint-url ${origin} --region us-east-1`
  return `
  Gatehouse is open at ${origin}          (demo: account 1111 2222 3333, alias demo)

  Who can sign in
${people.map((p) => `    ${p.username.padEnd(8)} ${p.password.padEnd(18)} ${p.gets}`).join('\n')}

  Three things to try
    1. Browser   ${origin}/signin           sign in as amina, open the console, or copy credentials
    2. AWS CLI   curl -s ${origin}/ -d Action=AssumeRoleWithLDAPIdentity -d Version=2011-06-15 \\
                   -d LDAPUsername=jonas --data-urlencode LDAPPassword=${people[1]?.password ?? ''}
                 AWS_ACCESS_KEY_ID=${key.id} AWS_SECRET_ACCESS_KEY=${key.secret} \\
                   aws sts get-caller-identity ${sts}
    3. SDK       new STSClient({ endpoint: '${origin}', region: 'us-east-1' }).send(new GetCallerIdentityCommand({}))

  Ctrl-C ends it. Everything is kept in ./data/demo.
`
}
