import { shells } from "../cli/completion.ts"
import { program } from "../cli/definition.ts"
import { argument, oneOf } from "../cli/option.ts"

export const completion = program({
  name: "completion",
  group: "Keep in order",
  summary: "Print completions for bash, zsh or fish",
  description:
    "Commands, options, and the words that an option takes. Put the line of your shell into ~/.bashrc or ~/.zshrc; for fish, write the output to ~/.config/fish/completions/kalshi.fish.",
  options: {},
  argument: argument("SHELL", shells.join(", "), oneOf(shells)),
  examples: [
    { command: "completion bash", about: 'the script; for this shell: eval "$(kalshi completion bash)"' },
    { command: "completion fish > kalshi.fish", about: "a file for ~/.config/fish/completions" }
  ],
  load: () => import("../commands/completion.ts")
})
