"""Figures and prose of the quarterly report. All amounts are in thousands of US dollars."""

COMPANY = "Halden Ridge Instruments, Inc."
# Segment: (Q3 2024, Q3 2023).
SEGMENTS = {"Process Sensors": (21480, 19350), "Laboratory Systems": (14260, 14905),
            "Field Services": (9135, 7740), "Software Subscriptions": (6325, 4480)}
REGIONS = {"Americas": (26110, 23980), "Europe, Middle East and Africa": (15290, 14210),
           "Asia Pacific": (9800, 8285)}
# Line: (Q3 2024, Q3 2023), costs as positive numbers.
COST_OF_REVENUE = (28160, 26200)
EXPENSES = {"Research and development": (6420, 5870), "Sales and marketing": (7115, 6830),
            "General and administrative": (3980, 3745), "Restructuring charge": (650, 0)}
INTEREST = (-410, -525)
TAX = (1041, 696)
SHARES = (24800, 24600)
# Line: (Q3 2024, Q3 2023), as they enter the cash flow.
OPERATING = {"Depreciation and amortization": (2310, 2150), "Stock-based compensation": (1180, 1040),
             "Change in accounts receivable": (-1875, -960), "Change in inventories": (940, -1310),
             "Change in accounts payable": (-520, 615)}
INVESTING = {"Purchases of property and equipment": (-2460, -1985),
             "Acquisition of Tarn Optics, net of cash acquired": (-5200, 0)}
FINANCING = {"Repayment of term loan": (-1500, -1500), "Repurchase of common stock": (-800, -1200),
             "Proceeds from stock options": (265, 190)}
OPENING_CASH = (18945, 16210)
# Function: (30 September 2024, 30 June 2024, 30 September 2023).
HEADCOUNT = {"Engineering": (231, 205, 198), "Manufacturing": (309, 322, 331),
             "Sales and service": (174, 171, 165), "General and administrative": (86, 88, 87)}

HIGHLIGHTS = [
    "Order intake was $54.7 million, a book-to-bill ratio of 1.07. Backlog at 30 September 2024 "
    "stood at $63.4 million, the highest in the company's history.",
    "Software Subscriptions passed 1,900 paying sites and grew 41.2% over the prior-year quarter. "
    "Net revenue retention was 112%.",
    "Laboratory Systems declined 4.3% because university customers postponed purchases into the "
    "next budget year. Two of the three postponed orders have since been signed.",
    "On 12 August 2024 the company completed the acquisition of Tarn Optics, a maker of compact "
    "spectrometer modules in Kendal, England, with 34 employees.",
]
LETTER = [
    "The third quarter showed that our two-year move from selling instruments to selling measured "
    "results is working. Customers who subscribe to our monitoring software also buy more sensors, and "
    "they renew their service contracts more often than customers who do not.",
    "We also made a hard decision. In September we closed the Dayton assembly line and moved its work "
    "to the plant in Boise. The move cost $0.65 million in the quarter and affects 41 positions; we "
    "expect annual savings of $2.1 million from the first quarter of 2025.",
    "Supply conditions have eased. Lead times for the pressure cells in our flagship PX-400 line fell "
    "from 19 weeks to 11 weeks, and we used the opportunity to reduce inventories by $0.9 million.",
    "I thank our employees for a quarter in which they shipped more units than in any before, with the "
    "lowest rate of field returns, 0.8%, since we began to record it in 2009.",
]
DISCUSSION = [
    ("Revenue", "Growth came from Process Sensors, where water utilities in Texas and Ontario began "
     "multi-year replacement programs, and from Field Services, where the number of sites under contract "
     "rose to 1,240. Price increases contributed about 1.5 percentage points of growth; currency "
     "movements had no material effect."),
    ("Gross margin", "Gross margin improved because of the growing share of software and because freight "
     "costs fell. Part of the improvement was offset by the start-up cost of the calibration laboratory "
     "in Singapore, which opened on 8 July 2024."),
    ("Operating expenses", "Research and development rose by $0.55 million, mainly for the PX-500 "
     "sensor, which is planned for release in the second quarter of 2025. The restructuring charge relates "
     "to the closing of the Dayton assembly line."),
    ("Liquidity", "The company has a revolving credit facility of $30 million with Cascade Mutual Bank, "
     "which matures on 31 March 2027. Nothing was drawn at the end of the quarter. The term loan bears "
     "interest at 5.85% and has a remaining balance of $13.5 million."),
    ("Customers", "No customer accounted for more than 8% of revenue. The ten largest customers together "
     "accounted for 31% of revenue, compared with 34% a year earlier."),
    ("Legal matters", "In July the company settled the patent dispute with Orrin Measurement "
     "for a payment of $0.3 million, which is included in general and administrative expenses."),
]
OUTLOOK = [
    ["", "Previous guidance", "Updated guidance"],
    ["Revenue, full year 2024", "$194 - 200 million", "$198 - 202 million"],
    ["Gross margin", "44.0% - 45.0%", "44.5% - 45.5%"],
    ["Capital expenditure", "$9 - 10 million", "$8.5 - 9.5 million"],
    ["Effective tax rate", "23%", "22%"],
]
RISKS = [
    "a further delay of public research budgets in the United States and Germany;",
    "a shortage of pressure cells, which come from two suppliers only;",
    "the integration of Tarn Optics, whose accounting system will be replaced in January 2025;",
    "movements of the euro and the Singapore dollar against the US dollar.",
]
CALENDAR = [["Event", "Date"], ["Conference call on third-quarter results", "24 October 2024, 11:00 a.m. ET"],
            ["Investor day, Boise", "19 November 2024"], ["Fourth-quarter results", "13 February 2025"],
            ["Annual meeting of shareholders", "8 May 2025"]]
NOTES = {
    1: "Amounts are unaudited and prepared under US GAAP. Totals may not add because of rounding.",
    2: "Restructuring covers severance and the transfer of equipment from Dayton, Ohio to Boise, Idaho.",
    3: "Purchase price $5.6 million less cash acquired of $0.4 million.",
    4: "Full-time equivalents, excluding agency staff. Includes 34 employees of Tarn Optics from August 2024.",
}
