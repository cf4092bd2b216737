@app @copy @phone @sms @camera @radio @uses-app
Feature: An app that is active is copied after a wait
  The help pages: an hour from the begin of the copying, a box to tick, and a message when the hour is over.

  Scenario: The QR code shows after an hour, and not before
    Given my app is activated on this phone
    When I ask for the QR code of my active app
    Then I am told to wait, and to tick a box before [H.12]
    And no QR code is shown [H.12]
    When I tick the box and begin the wait
    Then no QR code is shown [H.12]
    When all but a minute of the wait goes by
    And I ask for the QR code of my active app
    Then no QR code is shown [H.12]
    And a message tells that the wait is over, in time [H.12]
    When I ask for the QR code of my active app
    Then a QR code is shown, and can be read [H.12]
