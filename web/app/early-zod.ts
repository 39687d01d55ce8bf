// First import of the program: tells Zod never to compile functions, which the content security policy forbids.

import { z } from 'zod';

z.config({ jitless: true });
