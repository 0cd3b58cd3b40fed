/** One thread of the verify pool. Like the command itself it keeps compiled modules: reading them anew costs each thread time and memory. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./verify-tasks.ts');
