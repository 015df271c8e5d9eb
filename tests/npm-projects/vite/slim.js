import { OutboundClient } from 'polyai-outbound/slim';

import { show } from './show.js';

show(OutboundClient);
