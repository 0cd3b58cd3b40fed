/** Entry: keeps compiled modules between starts, so that the second start is quick, then runs the command. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./run.ts');
