"""ISO 3166-1 alpha-3 codes of countries as the registry names them."""

_NAMES = """
Afghanistan AFG|Albania ALB|Algeria DZA|Andorra AND|Angola AGO|Argentina ARG|Armenia ARM|Australia AUS|Austria AUT
Azerbaijan AZE|Bahamas BHS|Bahrain BHR|Bangladesh BGD|Barbados BRB|Belarus BLR|Belgium BEL|Belize BLZ|Benin BEN
Bhutan BTN|Bolivia BOL|Bosnia and Herzegovina BIH|Botswana BWA|Brazil BRA|Brunei BRN|Bulgaria BGR|Burkina Faso BFA
Burma MMR|Burundi BDI|Cambodia KHM|Cameroon CMR|Canada CAN|Cape Verde CPV|Central African Republic CAF|Chad TCD
Chile CHL|China CHN|Colombia COL|Comoros COM|Congo COG|Costa Rica CRI|Croatia HRV|Cuba CUB|Cyprus CYP|Czechia CZE
Czech Republic CZE|Côte D'Ivoire CIV|Democratic Republic of the Congo COD|Denmark DNK|Djibouti DJI
Dominican Republic DOM|Ecuador ECU|Egypt EGY|El Salvador SLV|Equatorial Guinea GNQ|Eritrea ERI|Estonia EST
Eswatini SWZ|Ethiopia ETH|Fiji FJI|Finland FIN|France FRA|Gabon GAB|Gambia GMB|The Gambia GMB|Georgia GEO|Germany DEU
Ghana GHA|Greece GRC|Guadeloupe GLP|Guatemala GTM|Guinea GIN|Guinea-Bissau GNB|Guyana GUY|Haiti HTI|Honduras HND
Hong Kong HKG|Hungary HUN|Iceland ISL|India IND|Indonesia IDN|Iran IRN|Iran, Islamic Republic of IRN|Iraq IRQ
Ireland IRL|Israel ISR|Italy ITA|Jamaica JAM|Japan JPN|Jordan JOR|Kazakhstan KAZ|Kenya KEN
Korea, Republic of KOR|South Korea KOR|Korea, Democratic People's Republic of PRK|Kosovo XKX|Kuwait KWT|Kyrgyzstan KGZ
Laos LAO|Latvia LVA|Lebanon LBN|Lesotho LSO|Liberia LBR|Libya LBY|Liechtenstein LIE|Lithuania LTU|Luxembourg LUX
Macau MAC|Madagascar MDG|Malawi MWI|Malaysia MYS|Mali MLI|Malta MLT|Martinique MTQ|Mauritania MRT|Mauritius MUS
Mexico MEX|Moldova MDA|Moldova, Republic of MDA|Monaco MCO|Mongolia MNG|Montenegro MNE|Morocco MAR|Mozambique MOZ
Myanmar MMR|Namibia NAM|Nepal NPL|Netherlands NLD|New Zealand NZL|Nicaragua NIC|Niger NER|Nigeria NGA
North Macedonia MKD|Norway NOR|Oman OMN|Pakistan PAK|Palestinian Territories PSE|Panama PAN|Papua New Guinea PNG
Paraguay PRY|Peru PER|Philippines PHL|Poland POL|Portugal PRT|Puerto Rico PRI|Qatar QAT|Romania ROU|Russia RUS
Russian Federation RUS|Rwanda RWA|Réunion REU|Samoa WSM|San Marino SMR|Saudi Arabia SAU|Senegal SEN|Serbia SRB
Seychelles SYC|Sierra Leone SLE|Singapore SGP|Slovakia SVK|Slovenia SVN|Solomon Islands SLB|Somalia SOM
South Africa ZAF|South Sudan SSD|Spain ESP|Sri Lanka LKA|Sudan SDN|Suriname SUR|Sweden SWE|Switzerland CHE|Syria SYR
Syrian Arab Republic SYR|Taiwan TWN|Tajikistan TJK|Tanzania TZA|Thailand THA|Timor-Leste TLS|Togo TGO
Trinidad and Tobago TTO|Tunisia TUN|Turkey TUR|Turkey (Türkiye) TUR|Türkiye TUR|Turkmenistan TKM|Uganda UGA
Ukraine UKR|United Arab Emirates ARE|United Kingdom GBR|United States USA|Uruguay URY|Uzbekistan UZB|Vanuatu VUT
Venezuela VEN|Vietnam VNM|Viet Nam VNM|Yemen YEM|Zambia ZMB|Zimbabwe ZWE
"""
COUNTRIES = dict(entry.strip().rsplit(" ", 1) for entry in _NAMES.replace("\n", "|").split("|") if entry.strip())


def read_country(name: str) -> str:
    """The alpha-3 code of a country's name, or an empty text for one we do not know.

    >>> read_country("China"), read_country("Atlantis")
    ('CHN', '')
    """
    return COUNTRIES.get(name.strip(), "")
