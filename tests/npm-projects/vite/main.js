import { OutboundClient } from 'polyai-outbound';

import { show } from './show.js';

show(OutboundClient);
