declare module "fs-native-extensions" {
  /** Locks an open file, all of it, for its one open description. Returns whether it could: false where another has it. */
  export function tryLock(file: number, options?: { readonly shared?: boolean }): boolean;
}
