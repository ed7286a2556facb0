"""Makes every sample; `python make.py` and then `python check.py`.

All files come out the same on every run, except the fonts inside `差旅费管理办法.pdf`: LibreOffice
encrypts them with a new random start each time.
"""

import email_thread
import onboarding
import physics_chapter
import plain_texts
import quarterly_report
import regulations
import sales_ledger
import scanned_invoice
import travel_policy

if __name__ == "__main__":
    for sample in (travel_policy, regulations, sales_ledger, physics_chapter, quarterly_report, onboarding,
                   plain_texts, email_thread, scanned_invoice):
        sample.make()
        print(sample.__name__)
