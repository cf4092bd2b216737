@app @phone @sms @display @uses-app @uses-device
Feature: Who has MitID is told of what is activated
  The help pages: by app, SMS or e-mail. The bench's people have chosen the app.

  Scenario: The activation of a code display is told
    Given a code display that holds its test key and the right time
    And my app is activated on this phone
    And my code display is activated
    Then a message tells that the code device is activated [H.13]
