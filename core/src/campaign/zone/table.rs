//! Prefixes of numbers with the sets of zones that such a number may be in, and the names of all zones.
//!
//! Made by `core/data/make_zones.py` from libphonenumber's number-to-zone data (Apache-2.0), by way of
//! `phonenumbers` 9.0.43, and the time zone database 2026f; not to be edited by hand.

use super::Zone;

/// All zones that are places, without regard to case in order.
#[rustfmt::skip]
pub(super) static NAMES: [&str; 542] = [
    "Africa/Abidjan", "Africa/Accra", "Africa/Addis_Ababa", "Africa/Algiers", "Africa/Asmara",
    "Africa/Asmera", "Africa/Bamako", "Africa/Bangui", "Africa/Banjul", "Africa/Bissau", "Africa/Blantyre",
    "Africa/Brazzaville", "Africa/Bujumbura", "Africa/Cairo", "Africa/Casablanca", "Africa/Ceuta",
    "Africa/Conakry", "Africa/Dakar", "Africa/Dar_es_Salaam", "Africa/Djibouti", "Africa/Douala",
    "Africa/El_Aaiun", "Africa/Freetown", "Africa/Gaborone", "Africa/Harare", "Africa/Johannesburg",
    "Africa/Juba", "Africa/Kampala", "Africa/Khartoum", "Africa/Kigali", "Africa/Kinshasa", "Africa/Lagos",
    "Africa/Libreville", "Africa/Lome", "Africa/Luanda", "Africa/Lubumbashi", "Africa/Lusaka",
    "Africa/Malabo", "Africa/Maputo", "Africa/Maseru", "Africa/Mbabane", "Africa/Mogadishu",
    "Africa/Monrovia", "Africa/Nairobi", "Africa/Ndjamena", "Africa/Niamey", "Africa/Nouakchott",
    "Africa/Ouagadougou", "Africa/Porto-Novo", "Africa/Sao_Tome", "Africa/Timbuktu", "Africa/Tripoli",
    "Africa/Tunis", "Africa/Windhoek", "America/Adak", "America/Anchorage", "America/Anguilla",
    "America/Antigua", "America/Araguaina", "America/Argentina/Buenos_Aires", "America/Argentina/Catamarca",
    "America/Argentina/ComodRivadavia", "America/Argentina/Cordoba", "America/Argentina/Jujuy",
    "America/Argentina/La_Rioja", "America/Argentina/Mendoza", "America/Argentina/Rio_Gallegos",
    "America/Argentina/Salta", "America/Argentina/San_Juan", "America/Argentina/San_Luis",
    "America/Argentina/Tucuman", "America/Argentina/Ushuaia", "America/Aruba", "America/Asuncion",
    "America/Atikokan", "America/Atka", "America/Bahia", "America/Bahia_Banderas", "America/Barbados",
    "America/Belem", "America/Belize", "America/Blanc-Sablon", "America/Boa_Vista", "America/Bogota",
    "America/Boise", "America/Buenos_Aires", "America/Cambridge_Bay", "America/Campo_Grande",
    "America/Cancun", "America/Caracas", "America/Catamarca", "America/Cayenne", "America/Cayman",
    "America/Chicago", "America/Chihuahua", "America/Ciudad_Juarez", "America/Coral_Harbour",
    "America/Cordoba", "America/Costa_Rica", "America/Coyhaique", "America/Creston", "America/Cuiaba",
    "America/Curacao", "America/Danmarkshavn", "America/Dawson", "America/Dawson_Creek", "America/Denver",
    "America/Detroit", "America/Dominica", "America/Edmonton", "America/Eirunepe", "America/El_Salvador",
    "America/Ensenada", "America/Fort_Nelson", "America/Fort_Wayne", "America/Fortaleza",
    "America/Glace_Bay", "America/Godthab", "America/Goose_Bay", "America/Grand_Turk", "America/Grenada",
    "America/Guadeloupe", "America/Guatemala", "America/Guayaquil", "America/Guyana", "America/Halifax",
    "America/Havana", "America/Hermosillo", "America/Indiana/Indianapolis", "America/Indiana/Knox",
    "America/Indiana/Marengo", "America/Indiana/Petersburg", "America/Indiana/Tell_City",
    "America/Indiana/Vevay", "America/Indiana/Vincennes", "America/Indiana/Winamac", "America/Indianapolis",
    "America/Inuvik", "America/Iqaluit", "America/Jamaica", "America/Jujuy", "America/Juneau",
    "America/Kentucky/Louisville", "America/Kentucky/Monticello", "America/Knox_IN", "America/Kralendijk",
    "America/La_Paz", "America/Lima", "America/Los_Angeles", "America/Louisville", "America/Lower_Princes",
    "America/Maceio", "America/Managua", "America/Manaus", "America/Marigot", "America/Martinique",
    "America/Matamoros", "America/Mazatlan", "America/Mendoza", "America/Menominee", "America/Merida",
    "America/Metlakatla", "America/Mexico_City", "America/Miquelon", "America/Moncton", "America/Monterrey",
    "America/Montevideo", "America/Montreal", "America/Montserrat", "America/Nassau", "America/New_York",
    "America/Nipigon", "America/Nome", "America/Noronha", "America/North_Dakota/Beulah",
    "America/North_Dakota/Center", "America/North_Dakota/New_Salem", "America/Nuuk", "America/Ojinaga",
    "America/Panama", "America/Pangnirtung", "America/Paramaribo", "America/Phoenix",
    "America/Port-au-Prince", "America/Port_of_Spain", "America/Porto_Acre", "America/Porto_Velho",
    "America/Puerto_Rico", "America/Punta_Arenas", "America/Rainy_River", "America/Rankin_Inlet",
    "America/Recife", "America/Regina", "America/Resolute", "America/Rio_Branco", "America/Rosario",
    "America/Santa_Isabel", "America/Santarem", "America/Santiago", "America/Santo_Domingo",
    "America/Sao_Paulo", "America/Scoresbysund", "America/Shiprock", "America/Sitka",
    "America/St_Barthelemy", "America/St_Johns", "America/St_Kitts", "America/St_Lucia", "America/St_Thomas",
    "America/St_Vincent", "America/Swift_Current", "America/Tegucigalpa", "America/Thule",
    "America/Thunder_Bay", "America/Tijuana", "America/Toronto", "America/Tortola", "America/Vancouver",
    "America/Virgin", "America/Whitehorse", "America/Winnipeg", "America/Yakutat", "America/Yellowknife",
    "Antarctica/Casey", "Antarctica/Davis", "Antarctica/DumontDUrville", "Antarctica/Macquarie",
    "Antarctica/Mawson", "Antarctica/McMurdo", "Antarctica/Palmer", "Antarctica/Rothera",
    "Antarctica/South_Pole", "Antarctica/Syowa", "Antarctica/Troll", "Antarctica/Vostok",
    "Arctic/Longyearbyen", "Asia/Aden", "Asia/Almaty", "Asia/Amman", "Asia/Anadyr", "Asia/Aqtau",
    "Asia/Aqtobe", "Asia/Ashgabat", "Asia/Ashkhabad", "Asia/Atyrau", "Asia/Baghdad", "Asia/Bahrain",
    "Asia/Baku", "Asia/Bangkok", "Asia/Barnaul", "Asia/Beirut", "Asia/Bishkek", "Asia/Brunei",
    "Asia/Calcutta", "Asia/Chita", "Asia/Choibalsan", "Asia/Chongqing", "Asia/Chungking", "Asia/Colombo",
    "Asia/Dacca", "Asia/Damascus", "Asia/Dhaka", "Asia/Dili", "Asia/Dubai", "Asia/Dushanbe",
    "Asia/Famagusta", "Asia/Gaza", "Asia/Harbin", "Asia/Hebron", "Asia/Ho_Chi_Minh", "Asia/Hong_Kong",
    "Asia/Hovd", "Asia/Irkutsk", "Asia/Istanbul", "Asia/Jakarta", "Asia/Jayapura", "Asia/Jerusalem",
    "Asia/Kabul", "Asia/Kamchatka", "Asia/Karachi", "Asia/Kashgar", "Asia/Kathmandu", "Asia/Katmandu",
    "Asia/Khandyga", "Asia/Kolkata", "Asia/Krasnoyarsk", "Asia/Kuala_Lumpur", "Asia/Kuching", "Asia/Kuwait",
    "Asia/Macao", "Asia/Macau", "Asia/Magadan", "Asia/Makassar", "Asia/Manila", "Asia/Muscat",
    "Asia/Nicosia", "Asia/Novokuznetsk", "Asia/Novosibirsk", "Asia/Omsk", "Asia/Oral", "Asia/Phnom_Penh",
    "Asia/Pontianak", "Asia/Pyongyang", "Asia/Qatar", "Asia/Qostanay", "Asia/Qyzylorda", "Asia/Rangoon",
    "Asia/Riyadh", "Asia/Saigon", "Asia/Sakhalin", "Asia/Samarkand", "Asia/Seoul", "Asia/Shanghai",
    "Asia/Singapore", "Asia/Srednekolymsk", "Asia/Taipei", "Asia/Tashkent", "Asia/Tbilisi", "Asia/Tehran",
    "Asia/Tel_Aviv", "Asia/Thimbu", "Asia/Thimphu", "Asia/Tokyo", "Asia/Tomsk", "Asia/Ujung_Pandang",
    "Asia/Ulaanbaatar", "Asia/Ulan_Bator", "Asia/Urumqi", "Asia/Ust-Nera", "Asia/Vientiane",
    "Asia/Vladivostok", "Asia/Yakutsk", "Asia/Yangon", "Asia/Yekaterinburg", "Asia/Yerevan",
    "Atlantic/Azores", "Atlantic/Bermuda", "Atlantic/Canary", "Atlantic/Cape_Verde", "Atlantic/Faeroe",
    "Atlantic/Faroe", "Atlantic/Jan_Mayen", "Atlantic/Madeira", "Atlantic/Reykjavik",
    "Atlantic/South_Georgia", "Atlantic/St_Helena", "Atlantic/Stanley", "Australia/ACT",
    "Australia/Adelaide", "Australia/Brisbane", "Australia/Broken_Hill", "Australia/Canberra",
    "Australia/Currie", "Australia/Darwin", "Australia/Eucla", "Australia/Hobart", "Australia/LHI",
    "Australia/Lindeman", "Australia/Lord_Howe", "Australia/Melbourne", "Australia/North", "Australia/NSW",
    "Australia/Perth", "Australia/Queensland", "Australia/South", "Australia/Sydney", "Australia/Tasmania",
    "Australia/Victoria", "Australia/West", "Australia/Yancowinna", "Brazil/Acre", "Brazil/DeNoronha",
    "Brazil/East", "Brazil/West", "Canada/Atlantic", "Canada/Central", "Canada/Eastern", "Canada/Mountain",
    "Canada/Newfoundland", "Canada/Pacific", "Canada/Saskatchewan", "Canada/Yukon", "Chile/Continental",
    "Chile/EasterIsland", "Cuba", "Egypt", "Eire", "Europe/Amsterdam", "Europe/Andorra", "Europe/Astrakhan",
    "Europe/Athens", "Europe/Belfast", "Europe/Belgrade", "Europe/Berlin", "Europe/Bratislava",
    "Europe/Brussels", "Europe/Bucharest", "Europe/Budapest", "Europe/Busingen", "Europe/Chisinau",
    "Europe/Copenhagen", "Europe/Dublin", "Europe/Gibraltar", "Europe/Guernsey", "Europe/Helsinki",
    "Europe/Isle_of_Man", "Europe/Istanbul", "Europe/Jersey", "Europe/Kaliningrad", "Europe/Kiev",
    "Europe/Kirov", "Europe/Kyiv", "Europe/Lisbon", "Europe/Ljubljana", "Europe/London", "Europe/Luxembourg",
    "Europe/Madrid", "Europe/Malta", "Europe/Mariehamn", "Europe/Minsk", "Europe/Monaco", "Europe/Moscow",
    "Europe/Nicosia", "Europe/Oslo", "Europe/Paris", "Europe/Podgorica", "Europe/Prague", "Europe/Riga",
    "Europe/Rome", "Europe/Samara", "Europe/San_Marino", "Europe/Sarajevo", "Europe/Saratov",
    "Europe/Simferopol", "Europe/Skopje", "Europe/Sofia", "Europe/Stockholm", "Europe/Tallinn",
    "Europe/Tirane", "Europe/Tiraspol", "Europe/Ulyanovsk", "Europe/Uzhgorod", "Europe/Vaduz",
    "Europe/Vatican", "Europe/Vienna", "Europe/Vilnius", "Europe/Volgograd", "Europe/Warsaw",
    "Europe/Zagreb", "Europe/Zaporozhye", "Europe/Zurich", "GB", "GB-Eire", "Hongkong", "Iceland",
    "Indian/Antananarivo", "Indian/Chagos", "Indian/Christmas", "Indian/Cocos", "Indian/Comoro",
    "Indian/Kerguelen", "Indian/Mahe", "Indian/Maldives", "Indian/Mauritius", "Indian/Mayotte",
    "Indian/Reunion", "Iran", "Israel", "Jamaica", "Japan", "Kwajalein", "Libya", "Mexico/BajaNorte",
    "Mexico/BajaSur", "Mexico/General", "Navajo", "NZ", "NZ-CHAT", "Pacific/Apia", "Pacific/Auckland",
    "Pacific/Bougainville", "Pacific/Chatham", "Pacific/Chuuk", "Pacific/Easter", "Pacific/Efate",
    "Pacific/Enderbury", "Pacific/Fakaofo", "Pacific/Fiji", "Pacific/Funafuti", "Pacific/Galapagos",
    "Pacific/Gambier", "Pacific/Guadalcanal", "Pacific/Guam", "Pacific/Honolulu", "Pacific/Johnston",
    "Pacific/Kanton", "Pacific/Kiritimati", "Pacific/Kosrae", "Pacific/Kwajalein", "Pacific/Majuro",
    "Pacific/Marquesas", "Pacific/Midway", "Pacific/Nauru", "Pacific/Niue", "Pacific/Norfolk",
    "Pacific/Noumea", "Pacific/Pago_Pago", "Pacific/Palau", "Pacific/Pitcairn", "Pacific/Pohnpei",
    "Pacific/Ponape", "Pacific/Port_Moresby", "Pacific/Rarotonga", "Pacific/Saipan", "Pacific/Samoa",
    "Pacific/Tahiti", "Pacific/Tarawa", "Pacific/Tongatapu", "Pacific/Truk", "Pacific/Wake",
    "Pacific/Wallis", "Pacific/Yap", "Poland", "Portugal", "PRC", "ROC", "ROK", "Singapore", "Turkey",
    "US/Alaska", "US/Aleutian", "US/Arizona", "US/Central", "US/East-Indiana", "US/Eastern", "US/Hawaii",
    "US/Indiana-Starke", "US/Michigan", "US/Mountain", "US/Pacific", "US/Samoa", "W-SU",
];

/// Sets of zones, each in order.
#[rustfmt::skip]
pub(super) static SETS: [&[Zone]; 316] = [
    &[Zone("Africa/Abidjan")], // 0
    &[Zone("Africa/Accra")], // 1
    &[Zone("Africa/Addis_Ababa")], // 2
    &[Zone("Africa/Algiers"), Zone("Europe/Paris")], // 3
    &[Zone("Africa/Asmara"), Zone("Africa/Nairobi")], // 4
    &[Zone("Africa/Bamako")], // 5
    &[Zone("Africa/Bangui")], // 6
    &[Zone("Africa/Banjul")], // 7
    &[Zone("Africa/Bissau"), Zone("Atlantic/Reykjavik")], // 8
    &[Zone("Africa/Blantyre")], // 9
    &[Zone("Africa/Brazzaville")], // 10
    &[Zone("Africa/Bujumbura")], // 11
    &[Zone("Africa/Cairo")], // 12
    &[Zone("Africa/Casablanca"), Zone("Africa/El_Aaiun"), Zone("Atlantic/Canary")], // 13
    &[Zone("Africa/Ceuta"), Zone("Atlantic/Canary"), Zone("Europe/Madrid")], // 14
    &[Zone("Africa/Ceuta"), Zone("Europe/Madrid")], // 15
    &[Zone("Africa/Conakry")], // 16
    &[Zone("Africa/Dakar")], // 17
    &[Zone("Africa/Dar_es_Salaam")], // 18
    &[Zone("Africa/Djibouti")], // 19
    &[Zone("Africa/Douala")], // 20
    &[Zone("Africa/Freetown")], // 21
    &[Zone("Africa/Gaborone")], // 22
    &[Zone("Africa/Harare")], // 23
    &[Zone("Africa/Johannesburg")], // 24
    &[Zone("Africa/Juba"), Zone("Africa/Nairobi")], // 25
    &[Zone("Africa/Kampala")], // 26
    &[Zone("Africa/Khartoum")], // 27
    &[Zone("Africa/Kigali")], // 28
    &[Zone("Africa/Kinshasa")], // 29
    &[Zone("Africa/Kinshasa"), Zone("Africa/Lubumbashi")], // 30
    &[Zone("Africa/Lagos")], // 31
    &[Zone("Africa/Libreville")], // 32
    &[Zone("Africa/Lome")], // 33
    &[Zone("Africa/Luanda")], // 34
    &[Zone("Africa/Lubumbashi")], // 35
    &[Zone("Africa/Lusaka")], // 36
    &[Zone("Africa/Malabo")], // 37
    &[Zone("Africa/Maputo")], // 38
    &[Zone("Africa/Maseru")], // 39
    &[Zone("Africa/Mbabane")], // 40
    &[Zone("Africa/Mogadishu")], // 41
    &[Zone("Africa/Monrovia"), Zone("Atlantic/Reykjavik")], // 42
    &[Zone("Africa/Nairobi")], // 43
    &[Zone("Africa/Ndjamena")], // 44
    &[Zone("Africa/Niamey")], // 45
    &[Zone("Africa/Nouakchott")], // 46
    &[Zone("Africa/Ouagadougou")], // 47
    &[Zone("Africa/Porto-Novo")], // 48
    &[Zone("Africa/Sao_Tome")], // 49
    &[Zone("Africa/Tripoli"), Zone("Europe/Bucharest")], // 50
    &[Zone("Africa/Tunis")], // 51
    &[Zone("Africa/Windhoek")], // 52
    &[ // 53
        Zone("America/Adak"), Zone("America/Anchorage"), Zone("America/Anguilla"), Zone("America/Antigua"),
        Zone("America/Atikokan"), Zone("America/Barbados"), Zone("America/Blanc-Sablon"),
        Zone("America/Boise"), Zone("America/Cambridge_Bay"), Zone("America/Cayman"),
        Zone("America/Chicago"), Zone("America/Creston"), Zone("America/Dawson"),
        Zone("America/Dawson_Creek"), Zone("America/Denver"), Zone("America/Detroit"),
        Zone("America/Dominica"), Zone("America/Edmonton"), Zone("America/Fort_Nelson"),
        Zone("America/Glace_Bay"), Zone("America/Goose_Bay"), Zone("America/Grand_Turk"),
        Zone("America/Grenada"), Zone("America/Halifax"), Zone("America/Indiana/Indianapolis"),
        Zone("America/Indiana/Knox"), Zone("America/Indiana/Marengo"), Zone("America/Indiana/Petersburg"),
        Zone("America/Indiana/Tell_City"), Zone("America/Indiana/Vevay"), Zone("America/Indiana/Vincennes"),
        Zone("America/Indiana/Winamac"), Zone("America/Inuvik"), Zone("America/Iqaluit"),
        Zone("America/Jamaica"), Zone("America/Juneau"), Zone("America/Kentucky/Louisville"),
        Zone("America/Kentucky/Monticello"), Zone("America/Los_Angeles"), Zone("America/Lower_Princes"),
        Zone("America/Menominee"), Zone("America/Metlakatla"), Zone("America/Moncton"),
        Zone("America/Montserrat"), Zone("America/Nassau"), Zone("America/New_York"), Zone("America/Nome"),
        Zone("America/North_Dakota/Beulah"), Zone("America/North_Dakota/Center"),
        Zone("America/North_Dakota/New_Salem"), Zone("America/Phoenix"), Zone("America/Port_of_Spain"),
        Zone("America/Puerto_Rico"), Zone("America/Rankin_Inlet"), Zone("America/Regina"),
        Zone("America/Resolute"), Zone("America/Santo_Domingo"), Zone("America/Sitka"),
        Zone("America/St_Johns"), Zone("America/St_Kitts"), Zone("America/St_Lucia"),
        Zone("America/St_Thomas"), Zone("America/St_Vincent"), Zone("America/Swift_Current"),
        Zone("America/Toronto"), Zone("America/Tortola"), Zone("America/Vancouver"),
        Zone("America/Whitehorse"), Zone("America/Winnipeg"), Zone("America/Yakutat"),
        Zone("Atlantic/Bermuda"), Zone("Pacific/Guam"), Zone("Pacific/Honolulu"), Zone("Pacific/Pago_Pago"),
        Zone("Pacific/Saipan"),
    ],
    &[ // 54
        Zone("America/Adak"), Zone("America/Anchorage"), Zone("America/Juneau"), Zone("America/Metlakatla"),
        Zone("America/Nome"), Zone("America/Sitka"), Zone("America/Vancouver"), Zone("America/Yakutat"),
        Zone("Pacific/Honolulu"),
    ],
    &[Zone("America/Anguilla")], // 55
    &[Zone("America/Antigua")], // 56
    &[ // 57
        Zone("America/Araguaina"), Zone("America/Bahia"), Zone("America/Belem"), Zone("America/Boa_Vista"),
        Zone("America/Campo_Grande"), Zone("America/Cuiaba"), Zone("America/Eirunepe"),
        Zone("America/Fortaleza"), Zone("America/Maceio"), Zone("America/Manaus"), Zone("America/Noronha"),
        Zone("America/Porto_Velho"), Zone("America/Recife"), Zone("America/Rio_Branco"),
        Zone("America/Santarem"), Zone("America/Sao_Paulo"),
    ],
    &[ // 58
        Zone("America/Araguaina"), Zone("America/Bahia"), Zone("America/Belem"), Zone("America/Boa_Vista"),
        Zone("America/Campo_Grande"), Zone("America/Cuiaba"), Zone("America/Fortaleza"),
        Zone("America/Maceio"), Zone("America/Manaus"), Zone("America/Porto_Velho"), Zone("America/Recife"),
        Zone("America/Santarem"), Zone("America/Sao_Paulo"),
    ],
    &[ // 59
        Zone("America/Araguaina"), Zone("America/Bahia"), Zone("America/Belem"), Zone("America/Fortaleza"),
        Zone("America/Maceio"), Zone("America/Noronha"), Zone("America/Recife"), Zone("America/Santarem"),
        Zone("America/Sao_Paulo"),
    ],
    &[ // 60
        Zone("America/Araguaina"), Zone("America/Bahia"), Zone("America/Belem"), Zone("America/Fortaleza"),
        Zone("America/Maceio"), Zone("America/Recife"), Zone("America/Santarem"), Zone("America/Sao_Paulo"),
    ],
    &[ // 61
        Zone("America/Argentina/Buenos_Aires"), Zone("America/Argentina/Catamarca"),
        Zone("America/Argentina/Cordoba"), Zone("America/Argentina/Jujuy"),
        Zone("America/Argentina/La_Rioja"), Zone("America/Argentina/Mendoza"),
        Zone("America/Argentina/Rio_Gallegos"), Zone("America/Argentina/Salta"),
        Zone("America/Argentina/San_Juan"), Zone("America/Argentina/San_Luis"),
        Zone("America/Argentina/Tucuman"), Zone("America/Argentina/Ushuaia"),
    ],
    &[Zone("America/Aruba")], // 62
    &[Zone("America/Asuncion")], // 63
    &[Zone("America/Atikokan"), Zone("America/Toronto"), Zone("America/Winnipeg")], // 64
    &[ // 65
        Zone("America/Bahia_Banderas"), Zone("America/Cancun"), Zone("America/Chihuahua"),
        Zone("America/Ciudad_Juarez"), Zone("America/Hermosillo"), Zone("America/Matamoros"),
        Zone("America/Mazatlan"), Zone("America/Merida"), Zone("America/Mexico_City"),
        Zone("America/Monterrey"), Zone("America/Ojinaga"), Zone("America/Tijuana"),
    ],
    &[ // 66
        Zone("America/Bahia_Banderas"), Zone("America/Cancun"), Zone("America/Chihuahua"),
        Zone("America/Matamoros"), Zone("America/Merida"), Zone("America/Mexico_City"),
        Zone("America/Monterrey"), Zone("America/Ojinaga"),
    ],
    &[ // 67
        Zone("America/Bahia_Banderas"), Zone("America/Chihuahua"), Zone("America/Ciudad_Juarez"),
        Zone("America/Hermosillo"), Zone("America/Matamoros"), Zone("America/Mazatlan"),
        Zone("America/Merida"), Zone("America/Mexico_City"), Zone("America/Monterrey"),
        Zone("America/Ojinaga"),
    ],
    &[ // 68
        Zone("America/Bahia_Banderas"), Zone("America/Chihuahua"), Zone("America/Matamoros"),
        Zone("America/Merida"), Zone("America/Mexico_City"), Zone("America/Monterrey"),
        Zone("America/Ojinaga"),
    ],
    &[ // 69
        Zone("America/Bahia_Banderas"), Zone("America/Chihuahua"), Zone("America/Matamoros"),
        Zone("America/Merida"), Zone("America/Mexico_City"), Zone("America/Monterrey"),
        Zone("America/Ojinaga"), Zone("America/Tijuana"),
    ],
    &[Zone("America/Barbados")], // 70
    &[Zone("America/Belize")], // 71
    &[Zone("America/Blanc-Sablon"), Zone("America/Halifax"), Zone("America/Toronto")], // 72
    &[ // 73
        Zone("America/Boa_Vista"), Zone("America/Campo_Grande"), Zone("America/Cuiaba"),
        Zone("America/Eirunepe"), Zone("America/Manaus"), Zone("America/Porto_Velho"),
        Zone("America/Rio_Branco"),
    ],
    &[ // 74
        Zone("America/Boa_Vista"), Zone("America/Campo_Grande"), Zone("America/Cuiaba"),
        Zone("America/Manaus"), Zone("America/Porto_Velho"),
    ],
    &[Zone("America/Bogota")], // 75
    &[Zone("America/Boise"), Zone("America/Denver"), Zone("America/Los_Angeles")], // 76
    &[ // 77
        Zone("America/Cambridge_Bay"), Zone("America/Dawson"), Zone("America/Edmonton"),
        Zone("America/Fort_Nelson"), Zone("America/Inuvik"), Zone("America/Iqaluit"),
        Zone("America/Rankin_Inlet"), Zone("America/Resolute"), Zone("America/Toronto"),
        Zone("America/Vancouver"), Zone("America/Whitehorse"), Zone("America/Winnipeg"),
    ],
    &[Zone("America/Cancun")], // 78
    &[Zone("America/Caracas")], // 79
    &[Zone("America/Cayenne")], // 80
    &[Zone("America/Cayman")], // 81
    &[Zone("America/Chicago")], // 82
    &[Zone("America/Chicago"), Zone("America/Denver")], // 83
    &[Zone("America/Chicago"), Zone("America/Denver"), Zone("America/North_Dakota/Center")], // 84
    &[Zone("America/Chicago"), Zone("America/Managua")], // 85
    &[Zone("America/Chicago"), Zone("America/New_York")], // 86
    &[Zone("America/Ciudad_Juarez"), Zone("America/Hermosillo"), Zone("America/Mazatlan")], // 87
    &[Zone("America/Costa_Rica")], // 88
    &[ // 89
        Zone("America/Coyhaique"), Zone("America/Punta_Arenas"), Zone("America/Santiago"),
        Zone("Pacific/Easter"),
    ],
    &[ // 90
        Zone("America/Creston"), Zone("America/Dawson_Creek"), Zone("America/Edmonton"),
        Zone("America/Fort_Nelson"), Zone("America/Vancouver"),
    ],
    &[Zone("America/Curacao"), Zone("America/Kralendijk")], // 91
    &[ // 92
        Zone("America/Danmarkshavn"), Zone("America/Nuuk"), Zone("America/Scoresbysund"),
        Zone("America/Thule"),
    ],
    &[Zone("America/Denver")], // 93
    &[Zone("America/Denver"), Zone("America/Phoenix")], // 94
    &[Zone("America/Dominica")], // 95
    &[Zone("America/Edmonton")], // 96
    &[ // 97
        Zone("America/Edmonton"), Zone("America/Regina"), Zone("America/Swift_Current"),
        Zone("America/Winnipeg"),
    ],
    &[Zone("America/Eirunepe"), Zone("America/Rio_Branco")], // 98
    &[Zone("America/El_Salvador")], // 99
    &[ // 100
        Zone("America/Goose_Bay"), Zone("America/Halifax"), Zone("America/Puerto_Rico"),
        Zone("America/St_Johns"),
    ],
    &[Zone("America/Grand_Turk")], // 101
    &[Zone("America/Grenada")], // 102
    &[Zone("America/Guadeloupe"), Zone("America/Marigot"), Zone("America/St_Barthelemy")], // 103
    &[Zone("America/Guatemala")], // 104
    &[Zone("America/Guayaquil")], // 105
    &[Zone("America/Guayaquil"), Zone("Pacific/Galapagos")], // 106
    &[Zone("America/Guyana")], // 107
    &[Zone("America/Halifax")], // 108
    &[Zone("America/Halifax"), Zone("America/Toronto")], // 109
    &[Zone("America/Havana")], // 110
    &[Zone("America/Jamaica")], // 111
    &[Zone("America/La_Paz")], // 112
    &[Zone("America/Lima")], // 113
    &[Zone("America/Los_Angeles")], // 114
    &[Zone("America/Lower_Princes")], // 115
    &[Zone("America/Martinique")], // 116
    &[Zone("America/Miquelon")], // 117
    &[Zone("America/Montevideo")], // 118
    &[Zone("America/Montserrat")], // 119
    &[Zone("America/Nassau")], // 120
    &[Zone("America/New_York")], // 121
    &[Zone("America/Nuuk"), Zone("America/Scoresbysund")], // 122
    &[Zone("America/Nuuk"), Zone("America/Scoresbysund"), Zone("America/Thule")], // 123
    &[Zone("America/Panama")], // 124
    &[Zone("America/Paramaribo")], // 125
    &[Zone("America/Phoenix")], // 126
    &[Zone("America/Port-au-Prince")], // 127
    &[Zone("America/Port_of_Spain")], // 128
    &[Zone("America/Puerto_Rico")], // 129
    &[Zone("America/Santo_Domingo")], // 130
    &[Zone("America/St_Kitts")], // 131
    &[Zone("America/St_Lucia")], // 132
    &[Zone("America/St_Thomas")], // 133
    &[Zone("America/St_Vincent")], // 134
    &[Zone("America/Tegucigalpa")], // 135
    &[Zone("America/Thule")], // 136
    &[Zone("America/Tijuana")], // 137
    &[Zone("America/Toronto")], // 138
    &[Zone("America/Tortola")], // 139
    &[Zone("America/Vancouver")], // 140
    &[Zone("America/Winnipeg")], // 141
    &[ // 142
        Zone("Antarctica/Casey"), Zone("Antarctica/Davis"), Zone("Antarctica/Macquarie"),
        Zone("Antarctica/Mawson"), Zone("Pacific/Norfolk"),
    ],
    &[ // 143
        Zone("Antarctica/Macquarie"), Zone("Australia/Adelaide"), Zone("Australia/Brisbane"),
        Zone("Australia/Broken_Hill"), Zone("Australia/Darwin"), Zone("Australia/Eucla"),
        Zone("Australia/Hobart"), Zone("Australia/Lindeman"), Zone("Australia/Lord_Howe"),
        Zone("Australia/Melbourne"), Zone("Australia/Perth"), Zone("Australia/Sydney"),
        Zone("Indian/Christmas"), Zone("Indian/Cocos"),
    ],
    &[ // 144
        Zone("Antarctica/Macquarie"), Zone("Australia/Brisbane"), Zone("Australia/Hobart"),
        Zone("Australia/Lindeman"), Zone("Australia/Melbourne"), Zone("Australia/Sydney"),
    ],
    &[Zone("Arctic/Longyearbyen"), Zone("Europe/Oslo")], // 145
    &[Zone("Asia/Aden")], // 146
    &[ // 147
        Zone("Asia/Almaty"), Zone("Asia/Anadyr"), Zone("Asia/Aqtau"), Zone("Asia/Aqtobe"),
        Zone("Asia/Atyrau"), Zone("Asia/Barnaul"), Zone("Asia/Chita"), Zone("Asia/Irkutsk"),
        Zone("Asia/Kamchatka"), Zone("Asia/Khandyga"), Zone("Asia/Krasnoyarsk"), Zone("Asia/Magadan"),
        Zone("Asia/Novokuznetsk"), Zone("Asia/Novosibirsk"), Zone("Asia/Omsk"), Zone("Asia/Oral"),
        Zone("Asia/Qostanay"), Zone("Asia/Qyzylorda"), Zone("Asia/Sakhalin"), Zone("Asia/Srednekolymsk"),
        Zone("Asia/Tomsk"), Zone("Asia/Ust-Nera"), Zone("Asia/Vladivostok"), Zone("Asia/Yakutsk"),
        Zone("Asia/Yekaterinburg"), Zone("Europe/Astrakhan"), Zone("Europe/Kaliningrad"),
        Zone("Europe/Kirov"), Zone("Europe/Moscow"), Zone("Europe/Samara"), Zone("Europe/Saratov"),
        Zone("Europe/Ulyanovsk"), Zone("Europe/Volgograd"),
    ],
    &[ // 148
        Zone("Asia/Almaty"), Zone("Asia/Aqtau"), Zone("Asia/Aqtobe"), Zone("Asia/Atyrau"), Zone("Asia/Oral"),
        Zone("Asia/Qostanay"), Zone("Asia/Qyzylorda"),
    ],
    &[ // 149
        Zone("Asia/Almaty"), Zone("Asia/Aqtau"), Zone("Asia/Aqtobe"), Zone("Asia/Atyrau"), Zone("Asia/Oral"),
        Zone("Asia/Qostanay"), Zone("Asia/Qyzylorda"), Zone("Asia/Yekaterinburg"),
    ],
    &[Zone("Asia/Amman")], // 150
    &[ // 151
        Zone("Asia/Anadyr"), Zone("Asia/Barnaul"), Zone("Asia/Chita"), Zone("Asia/Irkutsk"),
        Zone("Asia/Kamchatka"), Zone("Asia/Khandyga"), Zone("Asia/Krasnoyarsk"), Zone("Asia/Magadan"),
        Zone("Asia/Novokuznetsk"), Zone("Asia/Novosibirsk"), Zone("Asia/Omsk"), Zone("Asia/Sakhalin"),
        Zone("Asia/Srednekolymsk"), Zone("Asia/Tomsk"), Zone("Asia/Ust-Nera"), Zone("Asia/Vladivostok"),
        Zone("Asia/Yakutsk"), Zone("Asia/Yekaterinburg"), Zone("Europe/Astrakhan"),
        Zone("Europe/Kaliningrad"), Zone("Europe/Kirov"), Zone("Europe/Moscow"), Zone("Europe/Samara"),
        Zone("Europe/Saratov"), Zone("Europe/Ulyanovsk"), Zone("Europe/Volgograd"),
    ],
    &[Zone("Asia/Anadyr"), Zone("Asia/Kamchatka")], // 152
    &[Zone("Asia/Ashgabat")], // 153
    &[Zone("Asia/Baghdad")], // 154
    &[Zone("Asia/Bahrain")], // 155
    &[Zone("Asia/Baku")], // 156
    &[Zone("Asia/Bangkok")], // 157
    &[ // 158
        Zone("Asia/Barnaul"), Zone("Asia/Krasnoyarsk"), Zone("Asia/Novokuznetsk"), Zone("Asia/Novosibirsk"),
        Zone("Asia/Tomsk"),
    ],
    &[Zone("Asia/Beirut")], // 159
    &[Zone("Asia/Bishkek")], // 160
    &[Zone("Asia/Brunei")], // 161
    &[ // 162
        Zone("Asia/Chita"), Zone("Asia/Khandyga"), Zone("Asia/Magadan"), Zone("Asia/Sakhalin"),
        Zone("Asia/Srednekolymsk"), Zone("Asia/Ust-Nera"), Zone("Asia/Vladivostok"), Zone("Asia/Yakutsk"),
    ],
    &[Zone("Asia/Chita"), Zone("Asia/Khandyga"), Zone("Asia/Yakutsk")], // 163
    &[Zone("Asia/Colombo")], // 164
    &[Zone("Asia/Damascus")], // 165
    &[Zone("Asia/Dhaka")], // 166
    &[Zone("Asia/Dili")], // 167
    &[Zone("Asia/Dubai")], // 168
    &[Zone("Asia/Dushanbe")], // 169
    &[Zone("Asia/Famagusta"), Zone("Asia/Nicosia")], // 170
    &[Zone("Asia/Famagusta"), Zone("Europe/Istanbul")], // 171
    &[Zone("Asia/Gaza"), Zone("Asia/Hebron"), Zone("Asia/Jerusalem")], // 172
    &[Zone("Asia/Gaza"), Zone("Asia/Hebron"), Zone("Europe/Bucharest")], // 173
    &[Zone("Asia/Ho_Chi_Minh")], // 174
    &[Zone("Asia/Hong_Kong")], // 175
    &[Zone("Asia/Hovd")], // 176
    &[Zone("Asia/Hovd"), Zone("Asia/Ulaanbaatar")], // 177
    &[Zone("Asia/Irkutsk")], // 178
    &[Zone("Asia/Jakarta"), Zone("Asia/Jayapura"), Zone("Asia/Makassar"), Zone("Asia/Pontianak")], // 179
    &[Zone("Asia/Jakarta"), Zone("Asia/Jayapura"), Zone("Asia/Pontianak")], // 180
    &[Zone("Asia/Jakarta"), Zone("Asia/Makassar"), Zone("Asia/Pontianak")], // 181
    &[Zone("Asia/Jakarta"), Zone("Asia/Pontianak")], // 182
    &[Zone("Asia/Jayapura")], // 183
    &[Zone("Asia/Jayapura"), Zone("Asia/Makassar")], // 184
    &[Zone("Asia/Kabul")], // 185
    &[Zone("Asia/Karachi")], // 186
    &[Zone("Asia/Kathmandu")], // 187
    &[Zone("Asia/Kolkata")], // 188
    &[Zone("Asia/Kuala_Lumpur"), Zone("Asia/Kuching")], // 189
    &[Zone("Asia/Kuwait")], // 190
    &[Zone("Asia/Macau"), Zone("Asia/Shanghai")], // 191
    &[Zone("Asia/Magadan"), Zone("Asia/Sakhalin"), Zone("Asia/Srednekolymsk")], // 192
    &[Zone("Asia/Makassar")], // 193
    &[Zone("Asia/Manila")], // 194
    &[Zone("Asia/Muscat")], // 195
    &[Zone("Asia/Omsk")], // 196
    &[Zone("Asia/Phnom_Penh")], // 197
    &[Zone("Asia/Pyongyang"), Zone("Asia/Seoul")], // 198
    &[Zone("Asia/Qatar")], // 199
    &[Zone("Asia/Riyadh")], // 200
    &[Zone("Asia/Samarkand"), Zone("Asia/Tashkent")], // 201
    &[Zone("Asia/Seoul")], // 202
    &[Zone("Asia/Shanghai"), Zone("Asia/Urumqi")], // 203
    &[Zone("Asia/Singapore")], // 204
    &[Zone("Asia/Taipei")], // 205
    &[Zone("Asia/Tbilisi"), Zone("Europe/Moscow")], // 206
    &[Zone("Asia/Tehran")], // 207
    &[Zone("Asia/Thimphu")], // 208
    &[Zone("Asia/Tokyo")], // 209
    &[Zone("Asia/Ulaanbaatar")], // 210
    &[Zone("Asia/Ust-Nera"), Zone("Asia/Vladivostok")], // 211
    &[Zone("Asia/Vientiane")], // 212
    &[Zone("Asia/Yangon")], // 213
    &[Zone("Asia/Yerevan")], // 214
    &[Zone("Atlantic/Azores")], // 215
    &[Zone("Atlantic/Azores"), Zone("Atlantic/Madeira"), Zone("Europe/Lisbon")], // 216
    &[Zone("Atlantic/Bermuda")], // 217
    &[Zone("Atlantic/Canary")], // 218
    &[Zone("Atlantic/Cape_Verde")], // 219
    &[Zone("Atlantic/Faroe")], // 220
    &[Zone("Atlantic/Madeira"), Zone("Europe/Lisbon")], // 221
    &[Zone("Atlantic/Reykjavik")], // 222
    &[Zone("Atlantic/South_Georgia"), Zone("Atlantic/Stanley")], // 223
    &[Zone("Atlantic/St_Helena")], // 224
    &[ // 225
        Zone("Australia/Adelaide"), Zone("Australia/Broken_Hill"), Zone("Australia/Darwin"),
        Zone("Australia/Eucla"), Zone("Australia/Perth"),
    ],
    &[ // 226
        Zone("Australia/Adelaide"), Zone("Australia/Broken_Hill"), Zone("Australia/Darwin"),
        Zone("Australia/Perth"),
    ],
    &[ // 227
        Zone("Australia/Adelaide"), Zone("Australia/Broken_Hill"), Zone("Australia/Darwin"),
        Zone("Australia/Perth"), Zone("Indian/Christmas"),
    ],
    &[ // 228
        Zone("Australia/Adelaide"), Zone("Australia/Broken_Hill"), Zone("Australia/Darwin"),
        Zone("Australia/Perth"), Zone("Indian/Cocos"),
    ],
    &[Zone("Australia/Lord_Howe")], // 229
    &[Zone("Australia/Perth")], // 230
    &[Zone("Europe/Amsterdam")], // 231
    &[Zone("Europe/Andorra")], // 232
    &[ // 233
        Zone("Europe/Astrakhan"), Zone("Europe/Kirov"), Zone("Europe/Moscow"), Zone("Europe/Samara"),
        Zone("Europe/Saratov"), Zone("Europe/Ulyanovsk"), Zone("Europe/Volgograd"),
    ],
    &[ // 234
        Zone("Europe/Astrakhan"), Zone("Europe/Samara"), Zone("Europe/Saratov"), Zone("Europe/Ulyanovsk"),
    ],
    &[Zone("Europe/Athens")], // 235
    &[Zone("Europe/Belgrade")], // 236
    &[Zone("Europe/Berlin"), Zone("Europe/Busingen")], // 237
    &[Zone("Europe/Bratislava")], // 238
    &[Zone("Europe/Brussels")], // 239
    &[Zone("Europe/Bucharest")], // 240
    &[Zone("Europe/Bucharest"), Zone("Europe/Riga")], // 241
    &[Zone("Europe/Bucharest"), Zone("Europe/Tallinn")], // 242
    &[Zone("Europe/Bucharest"), Zone("Europe/Vilnius")], // 243
    &[Zone("Europe/Budapest")], // 244
    &[Zone("Europe/Chisinau")], // 245
    &[Zone("Europe/Copenhagen")], // 246
    &[Zone("Europe/Dublin")], // 247
    &[Zone("Europe/Gibraltar")], // 248
    &[ // 249
        Zone("Europe/Guernsey"), Zone("Europe/Isle_of_Man"), Zone("Europe/Jersey"), Zone("Europe/London"),
    ],
    &[Zone("Europe/Helsinki"), Zone("Europe/Mariehamn")], // 250
    &[Zone("Europe/Kaliningrad")], // 251
    &[ // 252
        Zone("Europe/Kaliningrad"), Zone("Europe/Kirov"), Zone("Europe/Moscow"), Zone("Europe/Volgograd"),
    ],
    &[Zone("Europe/Kirov"), Zone("Europe/Moscow"), Zone("Europe/Volgograd")], // 253
    &[Zone("Europe/Kyiv"), Zone("Europe/Simferopol")], // 254
    &[Zone("Europe/Ljubljana")], // 255
    &[Zone("Europe/Luxembourg")], // 256
    &[Zone("Europe/Malta")], // 257
    &[Zone("Europe/Minsk"), Zone("Europe/Moscow")], // 258
    &[Zone("Europe/Monaco")], // 259
    &[Zone("Europe/Paris")], // 260
    &[Zone("Europe/Podgorica")], // 261
    &[Zone("Europe/Prague")], // 262
    &[Zone("Europe/Rome"), Zone("Europe/Vatican")], // 263
    &[Zone("Europe/San_Marino")], // 264
    &[Zone("Europe/Sarajevo")], // 265
    &[Zone("Europe/Skopje")], // 266
    &[Zone("Europe/Sofia")], // 267
    &[Zone("Europe/Stockholm")], // 268
    &[Zone("Europe/Tirane")], // 269
    &[Zone("Europe/Vaduz")], // 270
    &[Zone("Europe/Vienna")], // 271
    &[Zone("Europe/Warsaw")], // 272
    &[Zone("Europe/Zagreb")], // 273
    &[Zone("Europe/Zurich")], // 274
    &[Zone("Indian/Antananarivo")], // 275
    &[Zone("Indian/Chagos")], // 276
    &[Zone("Indian/Christmas")], // 277
    &[Zone("Indian/Cocos")], // 278
    &[Zone("Indian/Comoro")], // 279
    &[Zone("Indian/Kerguelen"), Zone("Indian/Mayotte")], // 280
    &[Zone("Indian/Kerguelen"), Zone("Indian/Mayotte"), Zone("Indian/Reunion")], // 281
    &[Zone("Indian/Kerguelen"), Zone("Indian/Reunion")], // 282
    &[Zone("Indian/Mahe")], // 283
    &[Zone("Indian/Maldives")], // 284
    &[Zone("Indian/Mauritius")], // 285
    &[Zone("Indian/Mayotte")], // 286
    &[Zone("Indian/Mayotte"), Zone("Indian/Reunion")], // 287
    &[Zone("Indian/Reunion")], // 288
    &[Zone("Pacific/Apia")], // 289
    &[Zone("Pacific/Auckland")], // 290
    &[Zone("Pacific/Auckland"), Zone("Pacific/Chatham")], // 291
    &[Zone("Pacific/Bougainville"), Zone("Pacific/Port_Moresby")], // 292
    &[Zone("Pacific/Chatham")], // 293
    &[ // 294
        Zone("Pacific/Chuuk"), Zone("Pacific/Guadalcanal"), Zone("Pacific/Kosrae"), Zone("Pacific/Pohnpei"),
        Zone("Pacific/Port_Moresby"),
    ],
    &[Zone("Pacific/Chuuk"), Zone("Pacific/Kosrae"), Zone("Pacific/Pohnpei")], // 295
    &[Zone("Pacific/Efate")], // 296
    &[Zone("Pacific/Fakaofo")], // 297
    &[Zone("Pacific/Fiji")], // 298
    &[Zone("Pacific/Funafuti")], // 299
    &[Zone("Pacific/Gambier"), Zone("Pacific/Marquesas"), Zone("Pacific/Tahiti")], // 300
    &[Zone("Pacific/Guadalcanal")], // 301
    &[Zone("Pacific/Guam")], // 302
    &[Zone("Pacific/Honolulu")], // 303
    &[Zone("Pacific/Kanton"), Zone("Pacific/Kiritimati"), Zone("Pacific/Tarawa")], // 304
    &[Zone("Pacific/Kwajalein"), Zone("Pacific/Majuro")], // 305
    &[Zone("Pacific/Nauru")], // 306
    &[Zone("Pacific/Niue")], // 307
    &[Zone("Pacific/Noumea")], // 308
    &[Zone("Pacific/Pago_Pago")], // 309
    &[Zone("Pacific/Palau")], // 310
    &[Zone("Pacific/Rarotonga")], // 311
    &[Zone("Pacific/Saipan")], // 312
    &[Zone("Pacific/Tahiti")], // 313
    &[Zone("Pacific/Tongatapu")], // 314
    &[Zone("Pacific/Wallis")], // 315
];

/// How many digits the longest prefix has.
pub(super) const LONGEST: usize = 8;

/// Prefixes in order, each with the place of its set in [`SETS`]; the longest that fits is right.
#[rustfmt::skip]
pub(super) static PREFIXES: [(&str, u16); 1231] = [
    ("1", 53), // America/Adak and 74 more
    ("1201", 121), // America/New_York
    ("1202", 121), // America/New_York
    ("1203", 121), // America/New_York
    ("1204", 141), // America/Winnipeg
    ("1205", 82), // America/Chicago
    ("1206", 114), // America/Los_Angeles
    ("1207", 121), // America/New_York
    ("1208", 76), // America/Boise and 2 more
    ("1209", 114), // America/Los_Angeles
    ("1210", 82), // America/Chicago
    ("1212", 121), // America/New_York
    ("1213", 114), // America/Los_Angeles
    ("1214", 82), // America/Chicago
    ("1215", 121), // America/New_York
    ("1216", 121), // America/New_York
    ("1217", 82), // America/Chicago
    ("1218", 82), // America/Chicago
    ("1219", 86), // America/Chicago and 1 more
    ("1220", 121), // America/New_York
    ("1223", 121), // America/New_York
    ("1224", 82), // America/Chicago
    ("1225", 82), // America/Chicago
    ("1226", 138), // America/Toronto
    ("1227", 121), // America/New_York
    ("1228", 82), // America/Chicago
    ("1229", 121), // America/New_York
    ("1231", 121), // America/New_York
    ("1234", 121), // America/New_York
    ("1235", 82), // America/Chicago
    ("1236", 90), // America/Creston and 4 more
    ("1239", 121), // America/New_York
    ("1240", 121), // America/New_York
    ("1242", 120), // America/Nassau
    ("1246", 70), // America/Barbados
    ("1248", 121), // America/New_York
    ("1249", 138), // America/Toronto
    ("1250", 90), // America/Creston and 4 more
    ("1251", 82), // America/Chicago
    ("1252", 121), // America/New_York
    ("1253", 114), // America/Los_Angeles
    ("1254", 82), // America/Chicago
    ("1256", 82), // America/Chicago
    ("1257", 90), // America/Creston and 4 more
    ("1260", 121), // America/New_York
    ("1262", 82), // America/Chicago
    ("1263", 138), // America/Toronto
    ("1264", 55), // America/Anguilla
    ("1267", 121), // America/New_York
    ("1268", 56), // America/Antigua
    ("1269", 121), // America/New_York
    ("1270", 86), // America/Chicago and 1 more
    ("1272", 121), // America/New_York
    ("1273", 138), // America/Toronto
    ("1274", 82), // America/Chicago
    ("1276", 121), // America/New_York
    ("1279", 114), // America/Los_Angeles
    ("1281", 82), // America/Chicago
    ("1283", 121), // America/New_York
    ("1284", 139), // America/Tortola
    ("1289", 138), // America/Toronto
    ("1301", 121), // America/New_York
    ("1302", 121), // America/New_York
    ("1303", 93), // America/Denver
    ("1304", 121), // America/New_York
    ("1305", 121), // America/New_York
    ("1306", 97), // America/Edmonton and 3 more
    ("1307", 93), // America/Denver
    ("1308", 83), // America/Chicago and 1 more
    ("1309", 82), // America/Chicago
    ("1310", 114), // America/Los_Angeles
    ("1312", 82), // America/Chicago
    ("1313", 121), // America/New_York
    ("1314", 82), // America/Chicago
    ("1315", 121), // America/New_York
    ("1316", 82), // America/Chicago
    ("1317", 121), // America/New_York
    ("1318", 82), // America/Chicago
    ("1319", 82), // America/Chicago
    ("1320", 82), // America/Chicago
    ("1321", 86), // America/Chicago and 1 more
    ("1323", 114), // America/Los_Angeles
    ("1324", 121), // America/New_York
    ("1325", 82), // America/Chicago
    ("1326", 121), // America/New_York
    ("1327", 82), // America/Chicago
    ("1329", 121), // America/New_York
    ("1330", 121), // America/New_York
    ("1331", 82), // America/Chicago
    ("1332", 121), // America/New_York
    ("1334", 86), // America/Chicago and 1 more
    ("1336", 121), // America/New_York
    ("1337", 82), // America/Chicago
    ("1339", 121), // America/New_York
    ("1340", 133), // America/St_Thomas
    ("1341", 114), // America/Los_Angeles
    ("1343", 138), // America/Toronto
    ("1345", 81), // America/Cayman
    ("1346", 82), // America/Chicago
    ("1347", 121), // America/New_York
    ("1350", 114), // America/Los_Angeles
    ("1351", 121), // America/New_York
    ("1352", 121), // America/New_York
    ("1353", 82), // America/Chicago
    ("1354", 138), // America/Toronto
    ("1357", 114), // America/Los_Angeles
    ("1360", 114), // America/Los_Angeles
    ("1361", 82), // America/Chicago
    ("1363", 121), // America/New_York
    ("1364", 86), // America/Chicago and 1 more
    ("1365", 138), // America/Toronto
    ("1367", 72), // America/Blanc-Sablon and 2 more
    ("1368", 96), // America/Edmonton
    ("1369", 114), // America/Los_Angeles
    ("1380", 121), // America/New_York
    ("1382", 138), // America/Toronto
    ("1385", 93), // America/Denver
    ("1386", 121), // America/New_York
    ("1401", 121), // America/New_York
    ("1402", 83), // America/Chicago and 1 more
    ("1403", 96), // America/Edmonton
    ("1404", 121), // America/New_York
    ("1405", 82), // America/Chicago
    ("1406", 93), // America/Denver
    ("1407", 86), // America/Chicago and 1 more
    ("1408", 114), // America/Los_Angeles
    ("1409", 82), // America/Chicago
    ("1410", 121), // America/New_York
    ("1412", 121), // America/New_York
    ("1413", 121), // America/New_York
    ("1414", 82), // America/Chicago
    ("1415", 114), // America/Los_Angeles
    ("1416", 138), // America/Toronto
    ("1417", 82), // America/Chicago
    ("1418", 72), // America/Blanc-Sablon and 2 more
    ("1419", 121), // America/New_York
    ("1423", 86), // America/Chicago and 1 more
    ("1424", 114), // America/Los_Angeles
    ("1425", 114), // America/Los_Angeles
    ("1428", 108), // America/Halifax
    ("1430", 82), // America/Chicago
    ("1431", 141), // America/Winnipeg
    ("1432", 83), // America/Chicago and 1 more
    ("1434", 121), // America/New_York
    ("1435", 94), // America/Denver and 1 more
    ("1436", 121), // America/New_York
    ("1437", 138), // America/Toronto
    ("1438", 138), // America/Toronto
    ("1440", 121), // America/New_York
    ("1441", 217), // Atlantic/Bermuda
    ("1442", 114), // America/Los_Angeles
    ("1443", 121), // America/New_York
    ("1445", 121), // America/New_York
    ("1447", 82), // America/Chicago
    ("1448", 86), // America/Chicago and 1 more
    ("1450", 138), // America/Toronto
    ("1457", 82), // America/Chicago
    ("1458", 76), // America/Boise and 2 more
    ("1463", 121), // America/New_York
    ("1464", 82), // America/Chicago
    ("1468", 109), // America/Halifax and 1 more
    ("1469", 82), // America/Chicago
    ("1470", 121), // America/New_York
    ("1471", 82), // America/Chicago
    ("1472", 121), // America/New_York
    ("1473", 102), // America/Grenada
    ("1474", 97), // America/Edmonton and 3 more
    ("1475", 121), // America/New_York
    ("1478", 121), // America/New_York
    ("1479", 82), // America/Chicago
    ("1480", 126), // America/Phoenix
    ("1483", 86), // America/Chicago and 1 more
    ("1484", 121), // America/New_York
    ("1501", 82), // America/Chicago
    ("1502", 121), // America/New_York
    ("1503", 114), // America/Los_Angeles
    ("1504", 82), // America/Chicago
    ("1505", 94), // America/Denver and 1 more
    ("1506", 108), // America/Halifax
    ("1507", 82), // America/Chicago
    ("1508", 121), // America/New_York
    ("1509", 114), // America/Los_Angeles
    ("1510", 114), // America/Los_Angeles
    ("1512", 82), // America/Chicago
    ("1513", 121), // America/New_York
    ("1514", 138), // America/Toronto
    ("1515", 82), // America/Chicago
    ("1516", 121), // America/New_York
    ("1517", 121), // America/New_York
    ("1518", 121), // America/New_York
    ("1519", 138), // America/Toronto
    ("1520", 126), // America/Phoenix
    ("1530", 114), // America/Los_Angeles
    ("1531", 83), // America/Chicago and 1 more
    ("1534", 82), // America/Chicago
    ("1539", 82), // America/Chicago
    ("1540", 121), // America/New_York
    ("1541", 76), // America/Boise and 2 more
    ("1548", 138), // America/Toronto
    ("1551", 121), // America/New_York
    ("1557", 82), // America/Chicago
    ("1559", 114), // America/Los_Angeles
    ("1561", 121), // America/New_York
    ("1562", 114), // America/Los_Angeles
    ("1563", 82), // America/Chicago
    ("1564", 114), // America/Los_Angeles
    ("1567", 121), // America/New_York
    ("1570", 121), // America/New_York
    ("1571", 121), // America/New_York
    ("1572", 82), // America/Chicago
    ("1573", 82), // America/Chicago
    ("1574", 86), // America/Chicago and 1 more
    ("1575", 93), // America/Denver
    ("1579", 138), // America/Toronto
    ("1580", 83), // America/Chicago and 1 more
    ("1581", 72), // America/Blanc-Sablon and 2 more
    ("1582", 121), // America/New_York
    ("1584", 141), // America/Winnipeg
    ("1585", 121), // America/New_York
    ("1586", 121), // America/New_York
    ("1587", 96), // America/Edmonton
    ("1601", 82), // America/Chicago
    ("1602", 126), // America/Phoenix
    ("1603", 121), // America/New_York
    ("1604", 140), // America/Vancouver
    ("1605", 84), // America/Chicago and 2 more
    ("1606", 86), // America/Chicago and 1 more
    ("1607", 121), // America/New_York
    ("1608", 82), // America/Chicago
    ("1609", 121), // America/New_York
    ("1610", 121), // America/New_York
    ("1612", 82), // America/Chicago
    ("1613", 138), // America/Toronto
    ("1614", 121), // America/New_York
    ("1615", 82), // America/Chicago
    ("1616", 121), // America/New_York
    ("1617", 121), // America/New_York
    ("1618", 82), // America/Chicago
    ("1619", 114), // America/Los_Angeles
    ("1620", 83), // America/Chicago and 1 more
    ("1621", 82), // America/Chicago
    ("1623", 126), // America/Phoenix
    ("1624", 121), // America/New_York
    ("1626", 114), // America/Los_Angeles
    ("1628", 114), // America/Los_Angeles
    ("1629", 82), // America/Chicago
    ("1630", 82), // America/Chicago
    ("1631", 121), // America/New_York
    ("1636", 82), // America/Chicago
    ("1639", 97), // America/Edmonton and 3 more
    ("1640", 121), // America/New_York
    ("1641", 82), // America/Chicago
    ("1645", 121), // America/New_York
    ("1646", 121), // America/New_York
    ("1647", 138), // America/Toronto
    ("1649", 101), // America/Grand_Turk
    ("1650", 114), // America/Los_Angeles
    ("1651", 82), // America/Chicago
    ("1656", 121), // America/New_York
    ("1657", 114), // America/Los_Angeles
    ("1658", 111), // America/Jamaica
    ("1659", 82), // America/Chicago
    ("1660", 82), // America/Chicago
    ("1661", 114), // America/Los_Angeles
    ("1662", 82), // America/Chicago
    ("1664", 119), // America/Montserrat
    ("1667", 121), // America/New_York
    ("1669", 114), // America/Los_Angeles
    ("1670", 312), // Pacific/Saipan
    ("1671", 302), // Pacific/Guam
    ("1672", 90), // America/Creston and 4 more
    ("1678", 121), // America/New_York
    ("1679", 121), // America/New_York
    ("1680", 121), // America/New_York
    ("1681", 121), // America/New_York
    ("1682", 82), // America/Chicago
    ("1683", 138), // America/Toronto
    ("1684", 309), // Pacific/Pago_Pago
    ("1686", 121), // America/New_York
    ("1689", 86), // America/Chicago and 1 more
    ("1701", 84), // America/Chicago and 2 more
    ("1702", 114), // America/Los_Angeles
    ("1703", 121), // America/New_York
    ("1704", 121), // America/New_York
    ("1705", 138), // America/Toronto
    ("1706", 121), // America/New_York
    ("1707", 114), // America/Los_Angeles
    ("1708", 82), // America/Chicago
    ("1709", 100), // America/Goose_Bay and 3 more
    ("1712", 82), // America/Chicago
    ("1713", 82), // America/Chicago
    ("1714", 114), // America/Los_Angeles
    ("1715", 82), // America/Chicago
    ("1716", 121), // America/New_York
    ("1717", 121), // America/New_York
    ("1718", 121), // America/New_York
    ("1719", 93), // America/Denver
    ("1720", 93), // America/Denver
    ("1721", 115), // America/Lower_Princes
    ("1724", 121), // America/New_York
    ("1725", 114), // America/Los_Angeles
    ("1726", 82), // America/Chicago
    ("1727", 121), // America/New_York
    ("1728", 121), // America/New_York
    ("1729", 86), // America/Chicago and 1 more
    ("1730", 82), // America/Chicago
    ("1731", 82), // America/Chicago
    ("1732", 121), // America/New_York
    ("1734", 121), // America/New_York
    ("1737", 82), // America/Chicago
    ("1738", 114), // America/Los_Angeles
    ("1740", 121), // America/New_York
    ("1742", 138), // America/Toronto
    ("1743", 121), // America/New_York
    ("1747", 114), // America/Los_Angeles
    ("1748", 93), // America/Denver
    ("1753", 138), // America/Toronto
    ("1754", 121), // America/New_York
    ("1757", 121), // America/New_York
    ("1758", 132), // America/St_Lucia
    ("1760", 114), // America/Los_Angeles
    ("1762", 121), // America/New_York
    ("1763", 82), // America/Chicago
    ("1765", 121), // America/New_York
    ("1767", 95), // America/Dominica
    ("1769", 82), // America/Chicago
    ("1770", 121), // America/New_York
    ("1771", 121), // America/New_York
    ("1772", 121), // America/New_York
    ("1773", 82), // America/Chicago
    ("1774", 121), // America/New_York
    ("1775", 76), // America/Boise and 2 more
    ("1778", 90), // America/Creston and 4 more
    ("1779", 82), // America/Chicago
    ("1780", 96), // America/Edmonton
    ("1781", 121), // America/New_York
    ("1782", 108), // America/Halifax
    ("1784", 134), // America/St_Vincent
    ("1785", 83), // America/Chicago and 1 more
    ("1786", 121), // America/New_York
    ("1787", 129), // America/Puerto_Rico
    ("1801", 93), // America/Denver
    ("1802", 121), // America/New_York
    ("1803", 121), // America/New_York
    ("1804", 121), // America/New_York
    ("1805", 114), // America/Los_Angeles
    ("1806", 82), // America/Chicago
    ("1807", 64), // America/Atikokan and 2 more
    ("1808", 303), // Pacific/Honolulu
    ("1809", 130), // America/Santo_Domingo
    ("1810", 121), // America/New_York
    ("1812", 86), // America/Chicago and 1 more
    ("1813", 121), // America/New_York
    ("1814", 121), // America/New_York
    ("1815", 82), // America/Chicago
    ("1816", 82), // America/Chicago
    ("1817", 82), // America/Chicago
    ("1818", 114), // America/Los_Angeles
    ("1819", 109), // America/Halifax and 1 more
    ("1820", 114), // America/Los_Angeles
    ("1821", 121), // America/New_York
    ("1825", 96), // America/Edmonton
    ("1826", 121), // America/New_York
    ("1828", 121), // America/New_York
    ("1829", 130), // America/Santo_Domingo
    ("1830", 82), // America/Chicago
    ("1831", 114), // America/Los_Angeles
    ("1832", 82), // America/Chicago
    ("1835", 121), // America/New_York
    ("1837", 114), // America/Los_Angeles
    ("1838", 121), // America/New_York
    ("1839", 121), // America/New_York
    ("1840", 114), // America/Los_Angeles
    ("1843", 121), // America/New_York
    ("1845", 121), // America/New_York
    ("1847", 82), // America/Chicago
    ("1848", 121), // America/New_York
    ("1849", 130), // America/Santo_Domingo
    ("1850", 86), // America/Chicago and 1 more
    ("1854", 121), // America/New_York
    ("1856", 121), // America/New_York
    ("1857", 121), // America/New_York
    ("1858", 114), // America/Los_Angeles
    ("1859", 121), // America/New_York
    ("1860", 121), // America/New_York
    ("1861", 82), // America/Chicago
    ("1862", 121), // America/New_York
    ("1863", 121), // America/New_York
    ("1864", 121), // America/New_York
    ("1865", 121), // America/New_York
    ("1867", 77), // America/Cambridge_Bay and 11 more
    ("1868", 128), // America/Port_of_Spain
    ("1869", 131), // America/St_Kitts
    ("1870", 82), // America/Chicago
    ("1872", 82), // America/Chicago
    ("1873", 109), // America/Halifax and 1 more
    ("1876", 111), // America/Jamaica
    ("1878", 121), // America/New_York
    ("1879", 100), // America/Goose_Bay and 3 more
    ("1901", 82), // America/Chicago
    ("1902", 108), // America/Halifax
    ("1903", 82), // America/Chicago
    ("1904", 121), // America/New_York
    ("1905", 138), // America/Toronto
    ("1906", 86), // America/Chicago and 1 more
    ("1907", 54), // America/Adak and 8 more
    ("1908", 121), // America/New_York
    ("1909", 114), // America/Los_Angeles
    ("1910", 121), // America/New_York
    ("1912", 121), // America/New_York
    ("1913", 82), // America/Chicago
    ("1914", 121), // America/New_York
    ("1915", 83), // America/Chicago and 1 more
    ("1916", 114), // America/Los_Angeles
    ("1917", 121), // America/New_York
    ("1918", 82), // America/Chicago
    ("1919", 121), // America/New_York
    ("1920", 82), // America/Chicago
    ("1924", 82), // America/Chicago
    ("1925", 114), // America/Los_Angeles
    ("1928", 94), // America/Denver and 1 more
    ("1929", 121), // America/New_York
    ("1930", 86), // America/Chicago and 1 more
    ("1931", 86), // America/Chicago and 1 more
    ("1934", 121), // America/New_York
    ("1936", 82), // America/Chicago
    ("1937", 121), // America/New_York
    ("1938", 82), // America/Chicago
    ("1939", 129), // America/Puerto_Rico
    ("1940", 82), // America/Chicago
    ("1941", 121), // America/New_York
    ("1942", 138), // America/Toronto
    ("1943", 121), // America/New_York
    ("1945", 82), // America/Chicago
    ("1947", 121), // America/New_York
    ("1948", 121), // America/New_York
    ("1949", 114), // America/Los_Angeles
    ("1951", 114), // America/Los_Angeles
    ("1952", 82), // America/Chicago
    ("1954", 121), // America/New_York
    ("1956", 82), // America/Chicago
    ("1959", 121), // America/New_York
    ("1970", 93), // America/Denver
    ("1971", 114), // America/Los_Angeles
    ("1972", 82), // America/Chicago
    ("1973", 121), // America/New_York
    ("1975", 82), // America/Chicago
    ("1978", 121), // America/New_York
    ("1979", 82), // America/Chicago
    ("1980", 121), // America/New_York
    ("1983", 93), // America/Denver
    ("1984", 121), // America/New_York
    ("1985", 82), // America/Chicago
    ("1986", 76), // America/Boise and 2 more
    ("1989", 121), // America/New_York
    ("20", 12), // Africa/Cairo
    ("211", 25), // Africa/Juba and 1 more
    ("212", 13), // Africa/Casablanca and 2 more
    ("213", 3), // Africa/Algiers and 1 more
    ("216", 51), // Africa/Tunis
    ("218", 50), // Africa/Tripoli and 1 more
    ("220", 7), // Africa/Banjul
    ("221", 17), // Africa/Dakar
    ("222", 46), // Africa/Nouakchott
    ("223", 5), // Africa/Bamako
    ("224", 16), // Africa/Conakry
    ("225", 0), // Africa/Abidjan
    ("226", 47), // Africa/Ouagadougou
    ("227", 45), // Africa/Niamey
    ("228", 33), // Africa/Lome
    ("229", 48), // Africa/Porto-Novo
    ("230", 285), // Indian/Mauritius
    ("231", 42), // Africa/Monrovia and 1 more
    ("232", 21), // Africa/Freetown
    ("233", 1), // Africa/Accra
    ("234", 31), // Africa/Lagos
    ("235", 44), // Africa/Ndjamena
    ("236", 6), // Africa/Bangui
    ("237", 20), // Africa/Douala
    ("238", 219), // Atlantic/Cape_Verde
    ("239", 49), // Africa/Sao_Tome
    ("240", 37), // Africa/Malabo
    ("241", 32), // Africa/Libreville
    ("242", 10), // Africa/Brazzaville
    ("243", 30), // Africa/Kinshasa and 1 more
    ("2431", 29), // Africa/Kinshasa
    ("2432", 35), // Africa/Lubumbashi
    ("2433", 29), // Africa/Kinshasa
    ("2434", 29), // Africa/Kinshasa
    ("2435", 29), // Africa/Kinshasa
    ("2436", 29), // Africa/Kinshasa
    ("244", 34), // Africa/Luanda
    ("245", 8), // Africa/Bissau and 1 more
    ("246", 276), // Indian/Chagos
    ("247", 224), // Atlantic/St_Helena
    ("248", 283), // Indian/Mahe
    ("249", 27), // Africa/Khartoum
    ("250", 28), // Africa/Kigali
    ("251", 2), // Africa/Addis_Ababa
    ("252", 41), // Africa/Mogadishu
    ("253", 19), // Africa/Djibouti
    ("254", 43), // Africa/Nairobi
    ("255", 18), // Africa/Dar_es_Salaam
    ("256", 26), // Africa/Kampala
    ("257", 11), // Africa/Bujumbura
    ("258", 38), // Africa/Maputo
    ("260", 36), // Africa/Lusaka
    ("261", 275), // Indian/Antananarivo
    ("262", 281), // Indian/Kerguelen and 2 more
    ("2622", 287), // Indian/Mayotte and 1 more
    ("262262", 288), // Indian/Reunion
    ("262263", 288), // Indian/Reunion
    ("2622688", 288), // Indian/Reunion
    ("2622689", 286), // Indian/Mayotte
    ("262269", 286), // Indian/Mayotte
    ("26263", 280), // Indian/Kerguelen and 1 more
    ("26269", 282), // Indian/Kerguelen and 1 more
    ("2627092", 282), // Indian/Kerguelen and 1 more
    ("2627093", 280), // Indian/Kerguelen and 1 more
    ("26281", 282), // Indian/Kerguelen and 1 more
    ("26282", 282), // Indian/Kerguelen and 1 more
    ("26288", 282), // Indian/Kerguelen and 1 more
    ("26289", 282), // Indian/Kerguelen and 1 more
    ("2629398", 280), // Indian/Kerguelen and 1 more
    ("2629399", 282), // Indian/Kerguelen and 1 more
    ("2629478", 280), // Indian/Kerguelen and 1 more
    ("2629479", 282), // Indian/Kerguelen and 1 more
    ("2629762", 282), // Indian/Kerguelen and 1 more
    ("2629763", 282), // Indian/Kerguelen and 1 more
    ("2629769", 280), // Indian/Kerguelen and 1 more
    ("263", 23), // Africa/Harare
    ("264", 52), // Africa/Windhoek
    ("265", 9), // Africa/Blantyre
    ("266", 39), // Africa/Maseru
    ("267", 22), // Africa/Gaborone
    ("268", 40), // Africa/Mbabane
    ("269", 279), // Indian/Comoro
    ("27", 24), // Africa/Johannesburg
    ("290", 224), // Atlantic/St_Helena
    ("291", 4), // Africa/Asmara and 1 more
    ("297", 62), // America/Aruba
    ("298", 220), // Atlantic/Faroe
    ("299", 92), // America/Danmarkshavn and 3 more
    ("2991", 122), // America/Nuuk and 1 more
    ("29931", 122), // America/Nuuk and 1 more
    ("29932", 122), // America/Nuuk and 1 more
    ("29933", 122), // America/Nuuk and 1 more
    ("29934", 122), // America/Nuuk and 1 more
    ("29935", 122), // America/Nuuk and 1 more
    ("29936", 122), // America/Nuuk and 1 more
    ("29937", 122), // America/Nuuk and 1 more
    ("2996", 122), // America/Nuuk and 1 more
    ("2997", 123), // America/Nuuk and 2 more
    ("29981", 122), // America/Nuuk and 1 more
    ("29982", 122), // America/Nuuk and 1 more
    ("29983", 122), // America/Nuuk and 1 more
    ("29984", 122), // America/Nuuk and 1 more
    ("29985", 122), // America/Nuuk and 1 more
    ("29986", 122), // America/Nuuk and 1 more
    ("29987", 122), // America/Nuuk and 1 more
    ("29988", 122), // America/Nuuk and 1 more
    ("29989", 122), // America/Nuuk and 1 more
    ("2999", 122), // America/Nuuk and 1 more
    ("29997", 136), // America/Thule
    ("30", 235), // Europe/Athens
    ("31", 231), // Europe/Amsterdam
    ("32", 239), // Europe/Brussels
    ("33", 260), // Europe/Paris
    ("34", 14), // Africa/Ceuta and 2 more
    ("344", 15), // Africa/Ceuta and 1 more
    ("3481", 15), // Africa/Ceuta and 1 more
    ("3482", 15), // Africa/Ceuta and 1 more
    ("34822", 218), // Atlantic/Canary
    ("34827", 218), // Atlantic/Canary
    ("34828", 218), // Atlantic/Canary
    ("3483", 15), // Africa/Ceuta and 1 more
    ("3484", 15), // Africa/Ceuta and 1 more
    ("3485", 15), // Africa/Ceuta and 1 more
    ("3486", 15), // Africa/Ceuta and 1 more
    ("3487", 15), // Africa/Ceuta and 1 more
    ("3488", 15), // Africa/Ceuta and 1 more
    ("3491", 15), // Africa/Ceuta and 1 more
    ("3492", 15), // Africa/Ceuta and 1 more
    ("34922", 218), // Atlantic/Canary
    ("34928", 218), // Atlantic/Canary
    ("3493", 15), // Africa/Ceuta and 1 more
    ("3494", 15), // Africa/Ceuta and 1 more
    ("3495", 15), // Africa/Ceuta and 1 more
    ("34960", 15), // Africa/Ceuta and 1 more
    ("34961", 15), // Africa/Ceuta and 1 more
    ("34962", 15), // Africa/Ceuta and 1 more
    ("34963", 15), // Africa/Ceuta and 1 more
    ("34964", 15), // Africa/Ceuta and 1 more
    ("34965", 15), // Africa/Ceuta and 1 more
    ("34966", 15), // Africa/Ceuta and 1 more
    ("34967", 15), // Africa/Ceuta and 1 more
    ("34968", 15), // Africa/Ceuta and 1 more
    ("34971", 15), // Africa/Ceuta and 1 more
    ("34972", 15), // Africa/Ceuta and 1 more
    ("34974", 15), // Africa/Ceuta and 1 more
    ("34975", 15), // Africa/Ceuta and 1 more
    ("34976", 15), // Africa/Ceuta and 1 more
    ("34977", 15), // Africa/Ceuta and 1 more
    ("34978", 15), // Africa/Ceuta and 1 more
    ("34979", 15), // Africa/Ceuta and 1 more
    ("3498", 15), // Africa/Ceuta and 1 more
    ("350", 248), // Europe/Gibraltar
    ("351", 216), // Atlantic/Azores and 2 more
    ("3512", 221), // Atlantic/Madeira and 1 more
    ("351292", 215), // Atlantic/Azores
    ("351295", 215), // Atlantic/Azores
    ("351296", 215), // Atlantic/Azores
    ("352", 256), // Europe/Luxembourg
    ("353", 247), // Europe/Dublin
    ("354", 222), // Atlantic/Reykjavik
    ("355", 269), // Europe/Tirane
    ("356", 257), // Europe/Malta
    ("357", 170), // Asia/Famagusta and 1 more
    ("358", 250), // Europe/Helsinki and 1 more
    ("359", 267), // Europe/Sofia
    ("36", 244), // Europe/Budapest
    ("370", 243), // Europe/Bucharest and 1 more
    ("371", 241), // Europe/Bucharest and 1 more
    ("372", 242), // Europe/Bucharest and 1 more
    ("373", 245), // Europe/Chisinau
    ("374", 214), // Asia/Yerevan
    ("375", 258), // Europe/Minsk and 1 more
    ("376", 232), // Europe/Andorra
    ("377", 259), // Europe/Monaco
    ("378", 264), // Europe/San_Marino
    ("380", 254), // Europe/Kyiv and 1 more
    ("381", 236), // Europe/Belgrade
    ("382", 261), // Europe/Podgorica
    ("383", 236), // Europe/Belgrade
    ("385", 273), // Europe/Zagreb
    ("386", 255), // Europe/Ljubljana
    ("387", 265), // Europe/Sarajevo
    ("389", 266), // Europe/Skopje
    ("39", 263), // Europe/Rome and 1 more
    ("40", 240), // Europe/Bucharest
    ("41", 274), // Europe/Zurich
    ("420", 262), // Europe/Prague
    ("421", 238), // Europe/Bratislava
    ("423", 270), // Europe/Vaduz
    ("43", 271), // Europe/Vienna
    ("44", 249), // Europe/Guernsey and 3 more
    ("45", 246), // Europe/Copenhagen
    ("46", 268), // Europe/Stockholm
    ("47", 145), // Arctic/Longyearbyen and 1 more
    ("48", 272), // Europe/Warsaw
    ("49", 237), // Europe/Berlin and 1 more
    ("500", 223), // Atlantic/South_Georgia and 1 more
    ("501", 71), // America/Belize
    ("502", 104), // America/Guatemala
    ("503", 99), // America/El_Salvador
    ("504", 135), // America/Tegucigalpa
    ("505", 85), // America/Chicago and 1 more
    ("506", 88), // America/Costa_Rica
    ("507", 124), // America/Panama
    ("508", 117), // America/Miquelon
    ("509", 127), // America/Port-au-Prince
    ("51", 113), // America/Lima
    ("52", 65), // America/Bahia_Banderas and 11 more
    ("522", 68), // America/Bahia_Banderas and 6 more
    ("52200", 69), // America/Bahia_Banderas and 7 more
    ("52201", 66), // America/Bahia_Banderas and 7 more
    ("5231", 68), // America/Bahia_Banderas and 6 more
    ("52311", 67), // America/Bahia_Banderas and 9 more
    ("52319", 67), // America/Bahia_Banderas and 9 more
    ("5232", 68), // America/Bahia_Banderas and 6 more
    ("52323", 67), // America/Bahia_Banderas and 9 more
    ("52324", 67), // America/Bahia_Banderas and 9 more
    ("52325", 67), // America/Bahia_Banderas and 9 more
    ("52327", 67), // America/Bahia_Banderas and 9 more
    ("5233", 68), // America/Bahia_Banderas and 6 more
    ("5234", 68), // America/Bahia_Banderas and 6 more
    ("5235", 68), // America/Bahia_Banderas and 6 more
    ("5237", 68), // America/Bahia_Banderas and 6 more
    ("5238", 68), // America/Bahia_Banderas and 6 more
    ("52389", 67), // America/Bahia_Banderas and 9 more
    ("5239", 68), // America/Bahia_Banderas and 6 more
    ("524", 68), // America/Bahia_Banderas and 6 more
    ("5255", 68), // America/Bahia_Banderas and 6 more
    ("5256", 68), // America/Bahia_Banderas and 6 more
    ("5258", 68), // America/Bahia_Banderas and 6 more
    ("5259", 68), // America/Bahia_Banderas and 6 more
    ("52612", 67), // America/Bahia_Banderas and 9 more
    ("52613", 67), // America/Bahia_Banderas and 9 more
    ("52614", 67), // America/Bahia_Banderas and 9 more
    ("52615", 67), // America/Bahia_Banderas and 9 more
    ("52616", 137), // America/Tijuana
    ("52618", 68), // America/Bahia_Banderas and 6 more
    ("5262", 67), // America/Bahia_Banderas and 9 more
    ("52626", 68), // America/Bahia_Banderas and 6 more
    ("5263", 67), // America/Bahia_Banderas and 9 more
    ("5264", 67), // America/Bahia_Banderas and 9 more
    ("52646", 137), // America/Tijuana
    ("52651", 67), // America/Bahia_Banderas and 9 more
    ("52652", 67), // America/Bahia_Banderas and 9 more
    ("52653", 67), // America/Bahia_Banderas and 9 more
    ("52656", 87), // America/Ciudad_Juarez and 2 more
    ("52657", 67), // America/Bahia_Banderas and 9 more
    ("52658", 137), // America/Tijuana
    ("52659", 67), // America/Bahia_Banderas and 9 more
    ("52660", 67), // America/Bahia_Banderas and 9 more
    ("52661", 137), // America/Tijuana
    ("52662", 67), // America/Bahia_Banderas and 9 more
    ("52663", 68), // America/Bahia_Banderas and 6 more
    ("52664", 137), // America/Tijuana
    ("52665", 137), // America/Tijuana
    ("52667", 67), // America/Bahia_Banderas and 9 more
    ("52668", 67), // America/Bahia_Banderas and 9 more
    ("52669", 67), // America/Bahia_Banderas and 9 more
    ("52671", 68), // America/Bahia_Banderas and 6 more
    ("52672", 67), // America/Bahia_Banderas and 9 more
    ("52673", 67), // America/Bahia_Banderas and 9 more
    ("52674", 68), // America/Bahia_Banderas and 6 more
    ("52675", 68), // America/Bahia_Banderas and 6 more
    ("52676", 68), // America/Bahia_Banderas and 6 more
    ("52677", 68), // America/Bahia_Banderas and 6 more
    ("52686", 137), // America/Tijuana
    ("52687", 67), // America/Bahia_Banderas and 9 more
    ("5269", 67), // America/Bahia_Banderas and 9 more
    ("527", 68), // America/Bahia_Banderas and 6 more
    ("5281", 68), // America/Bahia_Banderas and 6 more
    ("5282", 68), // America/Bahia_Banderas and 6 more
    ("5283", 68), // America/Bahia_Banderas and 6 more
    ("5284", 68), // America/Bahia_Banderas and 6 more
    ("5286", 68), // America/Bahia_Banderas and 6 more
    ("5287", 68), // America/Bahia_Banderas and 6 more
    ("5289", 68), // America/Bahia_Banderas and 6 more
    ("5291", 68), // America/Bahia_Banderas and 6 more
    ("5292", 68), // America/Bahia_Banderas and 6 more
    ("5293", 68), // America/Bahia_Banderas and 6 more
    ("5295", 68), // America/Bahia_Banderas and 6 more
    ("5296", 68), // America/Bahia_Banderas and 6 more
    ("5297", 68), // America/Bahia_Banderas and 6 more
    ("5298", 68), // America/Bahia_Banderas and 6 more
    ("52983", 78), // America/Cancun
    ("52984", 78), // America/Cancun
    ("52987", 78), // America/Cancun
    ("5299", 68), // America/Bahia_Banderas and 6 more
    ("52998", 78), // America/Cancun
    ("53", 110), // America/Havana
    ("54", 61), // America/Argentina/Buenos_Aires and 11 more
    ("55", 57), // America/Araguaina and 15 more
    ("5511", 60), // America/Araguaina and 7 more
    ("5512", 60), // America/Araguaina and 7 more
    ("5513", 60), // America/Araguaina and 7 more
    ("5514", 60), // America/Araguaina and 7 more
    ("5515", 60), // America/Araguaina and 7 more
    ("5516", 60), // America/Araguaina and 7 more
    ("5517", 60), // America/Araguaina and 7 more
    ("5518", 60), // America/Araguaina and 7 more
    ("5519", 60), // America/Araguaina and 7 more
    ("5521", 60), // America/Araguaina and 7 more
    ("5522", 60), // America/Araguaina and 7 more
    ("5524", 60), // America/Araguaina and 7 more
    ("5527", 60), // America/Araguaina and 7 more
    ("5528", 60), // America/Araguaina and 7 more
    ("5531", 60), // America/Araguaina and 7 more
    ("5532", 60), // America/Araguaina and 7 more
    ("5533", 60), // America/Araguaina and 7 more
    ("5534", 60), // America/Araguaina and 7 more
    ("5535", 60), // America/Araguaina and 7 more
    ("5537", 60), // America/Araguaina and 7 more
    ("5538", 60), // America/Araguaina and 7 more
    ("5541", 60), // America/Araguaina and 7 more
    ("5542", 60), // America/Araguaina and 7 more
    ("55432", 60), // America/Araguaina and 7 more
    ("55433", 60), // America/Araguaina and 7 more
    ("55434", 60), // America/Araguaina and 7 more
    ("55435", 60), // America/Araguaina and 7 more
    ("55439", 60), // America/Araguaina and 7 more
    ("5544", 60), // America/Araguaina and 7 more
    ("5545", 60), // America/Araguaina and 7 more
    ("5546", 60), // America/Araguaina and 7 more
    ("5547", 60), // America/Araguaina and 7 more
    ("55482", 60), // America/Araguaina and 7 more
    ("55483", 60), // America/Araguaina and 7 more
    ("55484", 60), // America/Araguaina and 7 more
    ("55485", 60), // America/Araguaina and 7 more
    ("55487", 60), // America/Araguaina and 7 more
    ("55489", 60), // America/Araguaina and 7 more
    ("5549", 60), // America/Araguaina and 7 more
    ("5551", 60), // America/Araguaina and 7 more
    ("5553", 60), // America/Araguaina and 7 more
    ("5554", 60), // America/Araguaina and 7 more
    ("5555", 58), // America/Araguaina and 12 more
    ("5561", 58), // America/Araguaina and 12 more
    ("5562", 60), // America/Araguaina and 7 more
    ("5563", 60), // America/Araguaina and 7 more
    ("5564", 60), // America/Araguaina and 7 more
    ("5565", 74), // America/Boa_Vista and 4 more
    ("5566", 58), // America/Araguaina and 12 more
    ("5567", 58), // America/Araguaina and 12 more
    ("5568", 98), // America/Eirunepe and 1 more
    ("5569", 58), // America/Araguaina and 12 more
    ("5571", 60), // America/Araguaina and 7 more
    ("5573", 60), // America/Araguaina and 7 more
    ("5574", 60), // America/Araguaina and 7 more
    ("5575", 60), // America/Araguaina and 7 more
    ("5577", 60), // America/Araguaina and 7 more
    ("5579", 60), // America/Araguaina and 7 more
    ("5581", 59), // America/Araguaina and 8 more
    ("5582", 60), // America/Araguaina and 7 more
    ("5583", 60), // America/Araguaina and 7 more
    ("5584", 60), // America/Araguaina and 7 more
    ("5585", 60), // America/Araguaina and 7 more
    ("5586", 60), // America/Araguaina and 7 more
    ("5587", 60), // America/Araguaina and 7 more
    ("5588", 60), // America/Araguaina and 7 more
    ("5589", 60), // America/Araguaina and 7 more
    ("5591", 58), // America/Araguaina and 12 more
    ("5592", 58), // America/Araguaina and 12 more
    ("5593", 58), // America/Araguaina and 12 more
    ("5594", 58), // America/Araguaina and 12 more
    ("5595", 74), // America/Boa_Vista and 4 more
    ("5596", 60), // America/Araguaina and 7 more
    ("5597", 73), // America/Boa_Vista and 6 more
    ("5598", 60), // America/Araguaina and 7 more
    ("5599", 60), // America/Araguaina and 7 more
    ("56", 89), // America/Coyhaique and 3 more
    ("57", 75), // America/Bogota
    ("58", 79), // America/Caracas
    ("590", 103), // America/Guadeloupe and 2 more
    ("591", 112), // America/La_Paz
    ("592", 107), // America/Guyana
    ("593", 106), // America/Guayaquil and 1 more
    ("59322", 105), // America/Guayaquil
    ("59323", 105), // America/Guayaquil
    ("59324", 105), // America/Guayaquil
    ("59325", 105), // America/Guayaquil
    ("59326", 105), // America/Guayaquil
    ("59327", 105), // America/Guayaquil
    ("59332", 105), // America/Guayaquil
    ("59333", 105), // America/Guayaquil
    ("59334", 105), // America/Guayaquil
    ("59335", 105), // America/Guayaquil
    ("59336", 105), // America/Guayaquil
    ("59337", 105), // America/Guayaquil
    ("59342", 105), // America/Guayaquil
    ("59343", 105), // America/Guayaquil
    ("59344", 105), // America/Guayaquil
    ("59345", 105), // America/Guayaquil
    ("59346", 105), // America/Guayaquil
    ("59347", 105), // America/Guayaquil
    ("59353", 105), // America/Guayaquil
    ("59354", 105), // America/Guayaquil
    ("59355", 105), // America/Guayaquil
    ("59356", 105), // America/Guayaquil
    ("59357", 105), // America/Guayaquil
    ("59362", 105), // America/Guayaquil
    ("59363", 105), // America/Guayaquil
    ("59364", 105), // America/Guayaquil
    ("59365", 105), // America/Guayaquil
    ("59366", 105), // America/Guayaquil
    ("59367", 105), // America/Guayaquil
    ("59372", 105), // America/Guayaquil
    ("59373", 105), // America/Guayaquil
    ("59374", 105), // America/Guayaquil
    ("59375", 105), // America/Guayaquil
    ("59376", 105), // America/Guayaquil
    ("59377", 105), // America/Guayaquil
    ("594", 80), // America/Cayenne
    ("595", 63), // America/Asuncion
    ("596", 116), // America/Martinique
    ("597", 125), // America/Paramaribo
    ("598", 118), // America/Montevideo
    ("599", 91), // America/Curacao and 1 more
    ("60", 189), // Asia/Kuala_Lumpur and 1 more
    ("61", 143), // Antarctica/Macquarie and 13 more
    ("612", 144), // Antarctica/Macquarie and 5 more
    ("61255053", 229), // Australia/Lord_Howe
    ("61255143", 229), // Australia/Lord_Howe
    ("61255213", 229), // Australia/Lord_Howe
    ("61255280", 229), // Australia/Lord_Howe
    ("61255307", 229), // Australia/Lord_Howe
    ("61255369", 229), // Australia/Lord_Howe
    ("61255413", 229), // Australia/Lord_Howe
    ("61255568", 229), // Australia/Lord_Howe
    ("61255936", 229), // Australia/Lord_Howe
    ("61255937", 229), // Australia/Lord_Howe
    ("61265080", 229), // Australia/Lord_Howe
    ("61265081", 229), // Australia/Lord_Howe
    ("61265082", 229), // Australia/Lord_Howe
    ("61265099", 229), // Australia/Lord_Howe
    ("61265164", 229), // Australia/Lord_Howe
    ("61265251", 229), // Australia/Lord_Howe
    ("61265296", 229), // Australia/Lord_Howe
    ("61265341", 229), // Australia/Lord_Howe
    ("61265606", 229), // Australia/Lord_Howe
    ("61265632", 229), // Australia/Lord_Howe
    ("61265998", 229), // Australia/Lord_Howe
    ("613", 144), // Antarctica/Macquarie and 5 more
    ("617", 144), // Antarctica/Macquarie and 5 more
    ("618510", 226), // Australia/Adelaide and 3 more
    ("61851001", 277), // Indian/Christmas
    ("61851002", 278), // Indian/Cocos
    ("61851030", 277), // Indian/Christmas
    ("61851031", 278), // Indian/Cocos
    ("61851059", 277), // Indian/Christmas
    ("61851060", 278), // Indian/Cocos
    ("61851087", 230), // Australia/Perth
    ("61851088", 277), // Indian/Christmas
    ("61851089", 278), // Indian/Cocos
    ("6185109", 230), // Australia/Perth
    ("618511", 230), // Australia/Perth
    ("61851100", 226), // Australia/Adelaide and 3 more
    ("61851116", 226), // Australia/Adelaide and 3 more
    ("61851117", 277), // Indian/Christmas
    ("61851118", 278), // Indian/Cocos
    ("61851119", 226), // Australia/Adelaide and 3 more
    ("6185112", 226), // Australia/Adelaide and 3 more
    ("6185113", 226), // Australia/Adelaide and 3 more
    ("61851140", 226), // Australia/Adelaide and 3 more
    ("61851141", 226), // Australia/Adelaide and 3 more
    ("61851142", 226), // Australia/Adelaide and 3 more
    ("61851143", 226), // Australia/Adelaide and 3 more
    ("61851144", 226), // Australia/Adelaide and 3 more
    ("61851146", 277), // Indian/Christmas
    ("61851156", 226), // Australia/Adelaide and 3 more
    ("61851158", 226), // Australia/Adelaide and 3 more
    ("61851175", 277), // Indian/Christmas
    ("61851176", 278), // Indian/Cocos
    ("61851185", 226), // Australia/Adelaide and 3 more
    ("61851187", 226), // Australia/Adelaide and 3 more
    ("6185120", 230), // Australia/Perth
    ("61851204", 277), // Indian/Christmas
    ("61851205", 144), // Antarctica/Macquarie and 5 more
    ("61851209", 226), // Australia/Adelaide and 3 more
    ("6185121", 226), // Australia/Adelaide and 3 more
    ("61851221", 226), // Australia/Adelaide and 3 more
    ("61851222", 277), // Indian/Christmas
    ("61851223", 278), // Indian/Cocos
    ("61851224", 230), // Australia/Perth
    ("61851225", 230), // Australia/Perth
    ("61851226", 230), // Australia/Perth
    ("61851227", 226), // Australia/Adelaide and 3 more
    ("61851228", 226), // Australia/Adelaide and 3 more
    ("61851229", 226), // Australia/Adelaide and 3 more
    ("61851230", 144), // Antarctica/Macquarie and 5 more
    ("61851231", 226), // Australia/Adelaide and 3 more
    ("61851232", 144), // Antarctica/Macquarie and 5 more
    ("61851233", 144), // Antarctica/Macquarie and 5 more
    ("61851234", 144), // Antarctica/Macquarie and 5 more
    ("61851235", 277), // Indian/Christmas
    ("61851236", 226), // Australia/Adelaide and 3 more
    ("61851237", 226), // Australia/Adelaide and 3 more
    ("61851238", 226), // Australia/Adelaide and 3 more
    ("61851239", 226), // Australia/Adelaide and 3 more
    ("6185124", 144), // Antarctica/Macquarie and 5 more
    ("6185125", 144), // Antarctica/Macquarie and 5 more
    ("6185126", 144), // Antarctica/Macquarie and 5 more
    ("6185127", 226), // Australia/Adelaide and 3 more
    ("6185128", 226), // Australia/Adelaide and 3 more
    ("6185129", 226), // Australia/Adelaide and 3 more
    ("618513", 144), // Antarctica/Macquarie and 5 more
    ("618514", 144), // Antarctica/Macquarie and 5 more
    ("61855", 226), // Australia/Adelaide and 3 more
    ("6186", 226), // Australia/Adelaide and 3 more
    ("6187", 226), // Australia/Adelaide and 3 more
    ("6188", 226), // Australia/Adelaide and 3 more
    ("6189", 226), // Australia/Adelaide and 3 more
    ("61890393", 225), // Australia/Adelaide and 4 more
    ("61890395", 225), // Australia/Adelaide and 4 more
    ("61891006", 227), // Australia/Adelaide and 4 more
    ("61891007", 227), // Australia/Adelaide and 4 more
    ("61891008", 227), // Australia/Adelaide and 4 more
    ("61891009", 227), // Australia/Adelaide and 4 more
    ("61891010", 228), // Australia/Adelaide and 4 more
    ("61891011", 228), // Australia/Adelaide and 4 more
    ("61891012", 228), // Australia/Adelaide and 4 more
    ("61891029", 228), // Australia/Adelaide and 4 more
    ("61891122", 228), // Australia/Adelaide and 4 more
    ("61891149", 227), // Australia/Adelaide and 4 more
    ("61891150", 228), // Australia/Adelaide and 4 more
    ("61891178", 227), // Australia/Adelaide and 4 more
    ("61891179", 228), // Australia/Adelaide and 4 more
    ("61891181", 227), // Australia/Adelaide and 4 more
    ("61891182", 228), // Australia/Adelaide and 4 more
    ("61891209", 227), // Australia/Adelaide and 4 more
    ("61891210", 228), // Australia/Adelaide and 4 more
    ("61891263", 227), // Australia/Adelaide and 4 more
    ("61891264", 228), // Australia/Adelaide and 4 more
    ("61891308", 228), // Australia/Adelaide and 4 more
    ("61891312", 227), // Australia/Adelaide and 4 more
    ("61891322", 228), // Australia/Adelaide and 4 more
    ("61891326", 227), // Australia/Adelaide and 4 more
    ("61891368", 228), // Australia/Adelaide and 4 more
    ("61891375", 227), // Australia/Adelaide and 4 more
    ("61891428", 228), // Australia/Adelaide and 4 more
    ("61891456", 227), // Australia/Adelaide and 4 more
    ("61891497", 227), // Australia/Adelaide and 4 more
    ("61891498", 228), // Australia/Adelaide and 4 more
    ("6189162", 278), // Indian/Cocos
    ("6189164", 277), // Indian/Christmas
    ("61891700", 227), // Australia/Adelaide and 4 more
    ("61891701", 227), // Australia/Adelaide and 4 more
    ("61891702", 228), // Australia/Adelaide and 4 more
    ("61891703", 278), // Indian/Cocos
    ("61891710", 227), // Australia/Adelaide and 4 more
    ("61891711", 227), // Australia/Adelaide and 4 more
    ("61891712", 227), // Australia/Adelaide and 4 more
    ("61891958", 277), // Indian/Christmas
    ("61891959", 228), // Australia/Adelaide and 4 more
    ("62", 179), // Asia/Jakarta and 3 more
    ("622", 182), // Asia/Jakarta and 1 more
    ("6231", 182), // Asia/Jakarta and 1 more
    ("6232", 182), // Asia/Jakarta and 1 more
    ("6233", 182), // Asia/Jakarta and 1 more
    ("6234", 182), // Asia/Jakarta and 1 more
    ("6235", 182), // Asia/Jakarta and 1 more
    ("6236", 193), // Asia/Makassar
    ("6237", 193), // Asia/Makassar
    ("62379", 181), // Asia/Jakarta and 2 more
    ("6238", 193), // Asia/Makassar
    ("624", 193), // Asia/Makassar
    ("62403", 184), // Asia/Jayapura and 1 more
    ("62458", 181), // Asia/Jakarta and 2 more
    ("62511", 193), // Asia/Makassar
    ("62512", 193), // Asia/Makassar
    ("62513", 182), // Asia/Jakarta and 1 more
    ("62515", 182), // Asia/Jakarta and 1 more
    ("62516", 181), // Asia/Jakarta and 2 more
    ("62517", 193), // Asia/Makassar
    ("62518", 193), // Asia/Makassar
    ("62519", 182), // Asia/Jakarta and 1 more
    ("62522", 182), // Asia/Jakarta and 1 more
    ("62525", 182), // Asia/Jakarta and 1 more
    ("62526", 193), // Asia/Makassar
    ("62527", 193), // Asia/Makassar
    ("62528", 182), // Asia/Jakarta and 1 more
    ("6253", 182), // Asia/Jakarta and 1 more
    ("62539", 181), // Asia/Jakarta and 2 more
    ("6254", 193), // Asia/Makassar
    ("6255", 193), // Asia/Makassar
    ("6256", 182), // Asia/Jakarta and 1 more
    ("626", 182), // Asia/Jakarta and 1 more
    ("627", 182), // Asia/Jakarta and 1 more
    ("6290", 183), // Asia/Jayapura
    ("6291", 183), // Asia/Jayapura
    ("62915", 180), // Asia/Jakarta and 2 more
    ("6292", 183), // Asia/Jayapura
    ("62920", 182), // Asia/Jakarta and 1 more
    ("62951", 183), // Asia/Jayapura
    ("62952", 180), // Asia/Jakarta and 2 more
    ("62955", 183), // Asia/Jayapura
    ("62956", 183), // Asia/Jayapura
    ("62957", 183), // Asia/Jayapura
    ("62958", 182), // Asia/Jakarta and 1 more
    ("62962", 183), // Asia/Jayapura
    ("62963", 182), // Asia/Jakarta and 1 more
    ("62966", 183), // Asia/Jayapura
    ("62967", 183), // Asia/Jayapura
    ("62969", 183), // Asia/Jayapura
    ("62971", 183), // Asia/Jayapura
    ("62975", 183), // Asia/Jayapura
    ("62979", 182), // Asia/Jakarta and 1 more
    ("6298", 183), // Asia/Jayapura
    ("63", 194), // Asia/Manila
    ("64", 291), // Pacific/Auckland and 1 more
    ("6424", 290), // Pacific/Auckland
    ("643", 290), // Pacific/Auckland
    ("64330", 293), // Pacific/Chatham
    ("644", 290), // Pacific/Auckland
    ("646", 290), // Pacific/Auckland
    ("6472", 290), // Pacific/Auckland
    ("6473", 290), // Pacific/Auckland
    ("6474", 290), // Pacific/Auckland
    ("6475", 290), // Pacific/Auckland
    ("6477", 290), // Pacific/Auckland
    ("6478", 290), // Pacific/Auckland
    ("6479", 290), // Pacific/Auckland
    ("6492", 290), // Pacific/Auckland
    ("6493", 290), // Pacific/Auckland
    ("6494", 290), // Pacific/Auckland
    ("6495", 290), // Pacific/Auckland
    ("6496", 290), // Pacific/Auckland
    ("6497", 290), // Pacific/Auckland
    ("6498", 290), // Pacific/Auckland
    ("6499", 290), // Pacific/Auckland
    ("65", 204), // Asia/Singapore
    ("66", 157), // Asia/Bangkok
    ("670", 167), // Asia/Dili
    ("672", 142), // Antarctica/Casey and 4 more
    ("673", 161), // Asia/Brunei
    ("674", 306), // Pacific/Nauru
    ("675", 292), // Pacific/Bougainville and 1 more
    ("676", 314), // Pacific/Tongatapu
    ("677", 301), // Pacific/Guadalcanal
    ("678", 296), // Pacific/Efate
    ("679", 298), // Pacific/Fiji
    ("680", 310), // Pacific/Palau
    ("681", 315), // Pacific/Wallis
    ("682", 311), // Pacific/Rarotonga
    ("683", 307), // Pacific/Niue
    ("685", 289), // Pacific/Apia
    ("686", 304), // Pacific/Kanton and 2 more
    ("687", 308), // Pacific/Noumea
    ("688", 299), // Pacific/Funafuti
    ("689", 300), // Pacific/Gambier and 2 more
    ("68940", 313), // Pacific/Tahiti
    ("689494", 313), // Pacific/Tahiti
    ("689495", 313), // Pacific/Tahiti
    ("689496", 313), // Pacific/Tahiti
    ("689498", 313), // Pacific/Tahiti
    ("690", 297), // Pacific/Fakaofo
    ("691", 294), // Pacific/Chuuk and 4 more
    ("6913", 295), // Pacific/Chuuk and 2 more
    ("6918", 295), // Pacific/Chuuk and 2 more
    ("6919", 295), // Pacific/Chuuk and 2 more
    ("692", 305), // Pacific/Kwajalein and 1 more
    ("7", 147), // Asia/Almaty and 32 more
    ("7301", 178), // Asia/Irkutsk
    ("7302", 163), // Asia/Chita and 2 more
    ("733", 149), // Asia/Almaty and 7 more
    ("734", 149), // Asia/Almaty and 7 more
    ("7341", 234), // Europe/Astrakhan and 3 more
    ("735", 149), // Asia/Almaty and 7 more
    ("736", 253), // Europe/Kirov and 2 more
    ("7381", 196), // Asia/Omsk
    ("7382", 158), // Asia/Barnaul and 4 more
    ("7383", 158), // Asia/Barnaul and 4 more
    ("7384", 158), // Asia/Barnaul and 4 more
    ("7385", 158), // Asia/Barnaul and 4 more
    ("7388", 158), // Asia/Barnaul and 4 more
    ("7390", 158), // Asia/Barnaul and 4 more
    ("7391", 158), // Asia/Barnaul and 4 more
    ("7394", 158), // Asia/Barnaul and 4 more
    ("7395", 178), // Asia/Irkutsk
    ("740", 251), // Europe/Kaliningrad
    ("7411", 162), // Asia/Chita and 7 more
    ("7413", 192), // Asia/Magadan and 2 more
    ("7415", 152), // Asia/Anadyr and 1 more
    ("7416", 163), // Asia/Chita and 2 more
    ("7421", 211), // Asia/Ust-Nera and 1 more
    ("7423", 211), // Asia/Ust-Nera and 1 more
    ("7424", 192), // Asia/Magadan and 2 more
    ("7426", 211), // Asia/Ust-Nera and 1 more
    ("7427", 152), // Asia/Anadyr and 1 more
    ("747", 253), // Europe/Kirov and 2 more
    ("748", 253), // Europe/Kirov and 2 more
    ("749", 253), // Europe/Kirov and 2 more
    ("77", 148), // Asia/Almaty and 6 more
    ("771", 149), // Asia/Almaty and 7 more
    ("772", 149), // Asia/Almaty and 7 more
    ("7803", 151), // Asia/Anadyr and 25 more
    ("7804", 151), // Asia/Anadyr and 25 more
    ("7811", 253), // Europe/Kirov and 2 more
    ("7812", 253), // Europe/Kirov and 2 more
    ("7813", 253), // Europe/Kirov and 2 more
    ("7814", 253), // Europe/Kirov and 2 more
    ("7815", 253), // Europe/Kirov and 2 more
    ("7816", 253), // Europe/Kirov and 2 more
    ("7817", 253), // Europe/Kirov and 2 more
    ("7818", 253), // Europe/Kirov and 2 more
    ("782", 253), // Europe/Kirov and 2 more
    ("783", 253), // Europe/Kirov and 2 more
    ("7840", 252), // Europe/Kaliningrad and 3 more
    ("7841", 253), // Europe/Kirov and 2 more
    ("7842", 234), // Europe/Astrakhan and 3 more
    ("7843", 253), // Europe/Kirov and 2 more
    ("7844", 253), // Europe/Kirov and 2 more
    ("7845", 233), // Europe/Astrakhan and 6 more
    ("7846", 234), // Europe/Astrakhan and 3 more
    ("7847", 253), // Europe/Kirov and 2 more
    ("7848", 234), // Europe/Astrakhan and 3 more
    ("7851", 234), // Europe/Astrakhan and 3 more
    ("7855", 253), // Europe/Kirov and 2 more
    ("7856", 253), // Europe/Kirov and 2 more
    ("7857", 253), // Europe/Kirov and 2 more
    ("786", 253), // Europe/Kirov and 2 more
    ("787", 253), // Europe/Kirov and 2 more
    ("79", 151), // Asia/Anadyr and 25 more
    ("81", 209), // Asia/Tokyo
    ("82", 202), // Asia/Seoul
    ("84", 174), // Asia/Ho_Chi_Minh
    ("850", 198), // Asia/Pyongyang and 1 more
    ("852", 175), // Asia/Hong_Kong
    ("853", 191), // Asia/Macau and 1 more
    ("855", 197), // Asia/Phnom_Penh
    ("856", 212), // Asia/Vientiane
    ("86", 203), // Asia/Shanghai and 1 more
    ("880", 166), // Asia/Dhaka
    ("886", 205), // Asia/Taipei
    ("90", 171), // Asia/Famagusta and 1 more
    ("91", 188), // Asia/Kolkata
    ("92", 186), // Asia/Karachi
    ("93", 185), // Asia/Kabul
    ("94", 164), // Asia/Colombo
    ("95", 213), // Asia/Yangon
    ("960", 284), // Indian/Maldives
    ("961", 159), // Asia/Beirut
    ("962", 150), // Asia/Amman
    ("963", 165), // Asia/Damascus
    ("964", 154), // Asia/Baghdad
    ("965", 190), // Asia/Kuwait
    ("966", 200), // Asia/Riyadh
    ("967", 146), // Asia/Aden
    ("968", 195), // Asia/Muscat
    ("970", 173), // Asia/Gaza and 2 more
    ("971", 168), // Asia/Dubai
    ("972", 172), // Asia/Gaza and 2 more
    ("973", 155), // Asia/Bahrain
    ("974", 199), // Asia/Qatar
    ("975", 208), // Asia/Thimphu
    ("976", 177), // Asia/Hovd and 1 more
    ("97611", 210), // Asia/Ulaanbaatar
    ("97612", 210), // Asia/Ulaanbaatar
    ("97613", 210), // Asia/Ulaanbaatar
    ("97614", 176), // Asia/Hovd
    ("97615", 210), // Asia/Ulaanbaatar
    ("97621", 210), // Asia/Ulaanbaatar
    ("97622", 210), // Asia/Ulaanbaatar
    ("97623", 210), // Asia/Ulaanbaatar
    ("97624", 176), // Asia/Hovd
    ("97625", 210), // Asia/Ulaanbaatar
    ("97626", 210), // Asia/Ulaanbaatar
    ("97653", 210), // Asia/Ulaanbaatar
    ("97656", 210), // Asia/Ulaanbaatar
    ("97658", 210), // Asia/Ulaanbaatar
    ("97670", 210), // Asia/Ulaanbaatar
    ("977", 187), // Asia/Kathmandu
    ("98", 207), // Asia/Tehran
    ("992", 169), // Asia/Dushanbe
    ("993", 153), // Asia/Ashgabat
    ("994", 156), // Asia/Baku
    ("995", 206), // Asia/Tbilisi and 1 more
    ("996", 160), // Asia/Bishkek
    ("998", 201), // Asia/Samarkand and 1 more
];
