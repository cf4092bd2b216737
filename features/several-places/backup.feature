@app @two-phones @sms @uses-app
Feature: MitID in several places
  The guide's note: a good backup is an extra app, or a code display. What is lost is blocked, and the rest
  goes on working.

  @display @uses-device
  Scenario: An app and a code display work side by side
    Given a code display that holds its test key and the right time
    And my code display is activated
    And my app is activated on this phone
    When I log in with the password and a new code on the other phone
    Then I am logged in on the other phone [S5.N.1]
    When I open the app and enter my personal PIN code
    Then the app is ready to use [S5.N.1]

  @copy @camera @radio @holder
  Scenario: A second app leaves the first one working
    Given my app is activated on this phone
    When the app is copied to the new phone and activated there [S5.N.1]
    And I open the app and enter my personal PIN code on the new phone
    Then the app is ready to use on the new phone [S5.N.1]
    When I open the app and enter my personal PIN code
    Then the app is ready to use [S5.N.1]

  @display @uses-device
  Scenario: The phone is lost, and the code display still lets me in
    Given a code display that holds its test key and the right time
    And my code display is activated
    And my app is activated on this phone
    When I log in with the password and a new code on the other phone
    And I tap "My phone is lost" on the other phone
    Then "What you lost is blocked" is shown on the other phone [S5.N.2]
    When I open the app and enter my personal PIN code
    Then the screen "Enter your PIN code" reads "This app is not activated." [S5.N.2]
    When I log in with the password and a new code on the other phone
    Then I am logged in on the other phone [S5.N.2]

  @display @uses-device @uses-block
  Scenario: The code display is lost, and the app still lets me in
    Given a code display that holds its test key and the right time
    And my code display is activated
    And my app is activated on this phone
    When I open the app and enter my personal PIN code
    And I tap "My code display/audio code reader is lost"
    Then "What you lost is blocked" is shown [S5.N.2]
    When I log in with the password and a new code on the other phone
    Then the screen "Log in with MitID" reads "The MitID code display/audio code reader is blocked for good. Order a new one." on the other phone [S5.N.2]
    When I open the app and enter my personal PIN code
    Then the app is ready to use [S5.N.2]
