/** Generates the shell completion scripts from the definitions of the programs. */
import type { Root } from "./commander.ts"
import { type Definition, isFamily, type Program } from "./definition.ts"
import { logLevel } from "./log-level.ts"
import type { Option } from "./option.ts"
import { flagOf } from "./resolve.ts"

export const shells = ["bash", "zsh", "fish"] as const

export type Shell = (typeof shells)[number]

/** The value placeholders in the help that stand for a path. */
const PATHS = new Set(["DIR", "FOLDER", "FILE"])

interface NamedProgram {
  /** The name of the program as typed, such as `log list`. */
  readonly path: string
  readonly program: Program
}

const programsOf = (definitions: ReadonlyArray<Definition>): ReadonlyArray<NamedProgram> =>
  definitions.flatMap((definition) =>
    isFamily(definition)
      ? definition.programs.map((program) => ({ path: `${definition.name} ${program.name}`, program }))
      : [{ path: definition.name, program: definition }]
  )

const optionsOf = ({ options }: Program): ReadonlyArray<readonly [flag: string, option: Option<unknown>]> =>
  Object.entries({ ...options, logLevel }).flatMap(([name, option]) =>
    option.hidden === true ? [] : [[flagOf(name), option] as const]
  )

const flagsOf = (program: Program): string =>
  [...optionsOf(program).map(([flag]) => flag), "--help"].join(" ")

/**
 * The choices of each option that has a fixed list of them, by flag. A flag has the same choices in every
 * program.
 */
const choices = (programs: ReadonlyArray<NamedProgram>): ReadonlyMap<string, ReadonlyArray<string>> =>
  new Map(
    programs.flatMap(({ program }) =>
      optionsOf(program).flatMap(([flag, { choices }]) =>
        choices === undefined ? [] : [[flag, choices] as const]
      )
    )
  )

const pathFlags = (programs: ReadonlyArray<NamedProgram>): ReadonlyArray<string> => [
  ...new Set(
    programs.flatMap(({ program }) =>
      optionsOf(program).flatMap(([flag, { value }]) => (PATHS.has(value ?? "") ? [flag] : []))
    )
  )
]

const bash = ({ definitions, name }: Root): string => {
  const programs = programsOf(definitions)
  const families = definitions.filter(isFamily)
  return `# ${name} completions for bash: eval "$(${name} completion bash)"
_${name}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words=""
  local command="\${COMP_WORDS[1]}" path
  case "$command" in
${families.map((family) => `    ${family.name}) path="$command \${COMP_WORDS[2]}" ;;`).join("\n")}
    *) path="$command" ;;
  esac
  case "$previous" in
    ${pathFlags(programs).join("|")}) COMPREPLY=($(compgen -f -- "$current")); return ;;
${[...choices(programs)].map(([flag, words]) => `    ${flag}) COMPREPLY=($(compgen -W "${words.join(" ")}" -- "$current")); return ;;`).join("\n")}
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${definitions.map((definition) => definition.name).join(" ")} help --help --version"
${families
  .map(
    (family) => `  elif [ "$COMP_CWORD" -eq 2 ] && [ "$command" = ${family.name} ]; then
    words="${family.programs.map((program) => program.name).join(" ")} --help"`
  )
  .join("\n")}
  elif [ "$COMP_CWORD" -eq 2 ] && [ "$command" = help ]; then
    words="${definitions.map((definition) => definition.name).join(" ")}"
  else
    case "$path" in
${programs.map(({ path, program }) => `      "${path}") words="${flagsOf(program)}" ;;`).join("\n")}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o filenames -F _${name} ${name}
`
}

/** Generates the zsh script. zsh can run bash completions. */
const zsh = (root: Root): string =>
  `# ${root.name} completions for zsh: eval "$(${root.name} completion zsh)"
autoload -U +X compinit && compinit
autoload -U +X bashcompinit && bashcompinit
${bash(root)}`

const quoted = (text: string): string => `'${text.replace(/[\\']/g, "\\$&")}'`

const fish = ({ definitions, name }: Root): string => {
  const line = (condition: string, rest: string) => `complete -c ${name} -n ${quoted(condition)} ${rest}`
  const option = (
    condition: string,
    [flag, { about, choices, value }]: readonly [string, Option<unknown>]
  ) => {
    const takes = value === undefined ? "" : PATHS.has(value) ? " -r -F" : " -x"
    const words = choices === undefined ? "" : ` -a ${quoted(choices.join(" "))}`
    return line(condition, `-l ${flag.slice(2)} -d ${quoted(about)}${takes}${words}`)
  }
  return [
    `# ${name} completions for fish: ${name} completion fish | source`,
    `complete -c ${name} -f`,
    ...definitions.flatMap((definition) => {
      const within = `__fish_seen_subcommand_from ${definition.name}`
      const command = line("__fish_use_subcommand", `-a ${definition.name} -d ${quoted(definition.summary)}`)
      if (!isFamily(definition)) return [command, ...optionsOf(definition).map((one) => option(within, one))]
      const names = definition.programs.map((program) => program.name)
      return [
        command,
        ...definition.programs.flatMap((program) => [
          line(
            `${within}; and not __fish_seen_subcommand_from ${names.join(" ")}`,
            `-a ${program.name} -d ${quoted(program.summary)}`
          ),
          ...optionsOf(program).map((one) =>
            option(`${within}; and __fish_seen_subcommand_from ${program.name}`, one)
          )
        ])
      ]
    }),
    ""
  ].join("\n")
}

const scripts: Readonly<Record<Shell, (root: Root) => string>> = { bash, zsh, fish }

export const completionOf = (shell: Shell, root: Root): string => scripts[shell](root)
