import { expect, it } from "vitest";
import { readPackage } from "./packages";

it.each([
  ["bash-0:5.1.8-9.el9.x86_64", "bash", "5.1.8-9.el9", "x86_64"],
  ["vim-minimal-2:8.2.2637-20.el9.x86_64", "vim-minimal", "2:8.2.2637-20.el9", "x86_64"],
  ["java-17-openjdk-1:17.0.9-2.el9.noarch", "java-17-openjdk", "1:17.0.9-2.el9", "noarch"],
  ["bash-5.2.15-2+b7.amd64", "bash", "5.2.15-2+b7", "amd64"],
  ["gpg-pubkey", "gpg-pubkey", "", ""],
])("%s is %s in version %s for %s", (text, name, version, arch) => {
  expect(readPackage(text)).toEqual({ text, name, version, arch });
});
