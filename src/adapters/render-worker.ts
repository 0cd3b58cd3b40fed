/** One thread of the render pool. Like the command itself it keeps compiled modules: reading them anew costs each thread time and memory. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./render-shares.ts');
