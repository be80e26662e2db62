import { Argument, type Command } from 'commander'
import type { CommandPorts } from './command-ports.ts'

/** What can follow the words of one command: `path` is empty for `gatehouse` itself. */
interface Place {
  readonly path: string
  readonly words: readonly string[]
}

/** A shell's script by its name. Each learns the commands and options, and else offers files. */
const scripts: Readonly<Record<string, (places: readonly Place[]) => string>> = {
  bash,
  zsh,
  fish,
  powershell,
}

const shells: readonly string[] = Object.keys(scripts)

/** Adds `gatehouse completion`, whose script names every command that `program` has by then. */
export function addCompletionCommand(program: Command, { output, done }: CommandPorts): void {
  program
    .command('completion')
    .description('print a script that completes commands and options in a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(shells))
    .action((shell: string) => {
      output.out(completionScript(shell, program))
      done(0)
    })
}

/** The script holds all commands and options, so that completing starts no process. */
function completionScript(shell: string, program: Command): string {
  const script = scripts[shell]
  if (!script) throw new Error(`no completion for \`${shell}\`: there is ${shells.join(', ')}`)
  return script(placesOf(program, ''))
}

function placesOf(command: Command, path: string): readonly Place[] {
  const options = command.options.flatMap(({ long, hidden }) => (long && !hidden ? [long] : []))
  const below = command.commands.map((one) => one.name())
  return [
    { path, words: [...below, ...options, '--help'] },
    ...command.commands.flatMap((one) => placesOf(one, `${path} ${one.name()}`.trim())),
  ]
}

/** The paths as alternatives of a `case` pattern of a shell. */
function pathPatterns(places: readonly Place[]): string {
  return places
    .filter(({ path }) => path !== '')
    .map(({ path }) => `' ${path}'`)
    .join('|')
}

function cases(places: readonly Place[]): string {
  return places
    .map(({ path, words }) => `    '${path && ` ${path}`}') words='${words.join(' ')}' ;;`)
    .join('\n')
}

function bash(places: readonly Place[]): string {
  return `# eval "$(gatehouse completion bash)"
_gatehouse() {
  local at='' words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at \${COMP_WORDS[i]}" in
      ${pathPatterns(places)}) at="$at \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$at" in
${cases(places)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _gatehouse gatehouse`
}

function zsh(places: readonly Place[]): string {
  return `#compdef gatehouse
# eval "$(gatehouse completion zsh)"
_gatehouse() {
  local at='' words_here='' i
  for ((i = 2; i < CURRENT; i++)); do
    case "$at \${words[i]}" in
      ${pathPatterns(places)}) at="$at \${words[i]}" ;;
    esac
  done
  case "$at" in
${cases(places).replaceAll(' words=', ' words_here=')}
  esac
  compadd -- \${=words_here}
  _files
}
compdef _gatehouse gatehouse`
}

function fish(places: readonly Place[]): string {
  const named = places.map(({ path, words }) => ({ at: `gatehouse ${path}`.trim(), words }))
  const lines = named.map(
    ({ at, words }) =>
      `complete -c gatehouse -n "test (__gatehouse_at) = '${at}'" -a '${words.join(' ')}'`,
  )
  return `# gatehouse completion fish | source
function __gatehouse_at
  set -l at gatehouse
  for word in (commandline -opc)[2..-1]
    if contains -- "$at $word" ${named.map(({ at }) => `'${at}'`).join(' ')}
      set at "$at $word"
    end
  end
  echo $at
end
${lines.join('\n')}`
}

function powershell(places: readonly Place[]): string {
  const rows = places.map(
    ({ path, words }) =>
      `    '${path && ` ${path}`}' = @(${words.map((word) => `'${word}'`).join(', ')})`,
  )
  return `# gatehouse completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName gatehouse -ScriptBlock {
  param($word, $ast, $position)
  $words = @{
${rows.join('\n')}
  }
  $at = ''
  foreach ($element in $ast.CommandElements | Select-Object -Skip 1) {
    if ($words.ContainsKey("$at $element")) { $at = "$at $element" }
  }
  $words[$at] | Where-Object { $_ -like "$word*" }
}`
}
