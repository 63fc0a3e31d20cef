/** The address of the core's file; vite.config.ts resolves it. */
declare module "virtual:core" {
  const address: string;
  export default address;
}
