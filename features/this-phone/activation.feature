@app @phone @sms @uses-app
Feature: Activate the MitID app on this phone
  The guide, step 5, part 1: one Gherkin step for each documented step, in the guide's words.

  Scenario: The documented way, items 1 to 6
    Given step 5 of the guide on the phone that scanned my passport
    When I select "On this phone" on the screen "How do you want to authenticate with MitID?" [S5.A.1]
    Then "Temporary PIN code" is shown [S5.A.1]
    When I enter the temporary PIN code I receive via SMS [S5.A.2]
    And I create a personal PIN code and repeat it [S5.A.3a]
    And I choose not to use biometrics [S5.A.4]
    And I tap "Set up notifications" and then "Allow" [S5.A.5]
    Then "Your MitID app is now activated and ready to use." is shown [S5.A.6]
    When I tap "OK"
    Then the phone's home screen is shown [S5.A.6]
    When I open the app
    Then the app asks for my PIN code [S5.A.3b]
    When I open the app and enter my personal PIN code
    Then the app is ready to use [S5.A.0]
    And an important message arrives [S5.A.5]
    And every text that the phones have shown is of the profile's version [H.11]

  Scenario: What the app calls activated, the service has activated
    Given the guide followed on this phone as far as the notifications
    When I tap "Set up notifications" and then "Allow" [S5.A.6]
    And I open the app and enter my personal PIN code
    Then the app is ready to use [S5.A.6]

  Scenario: The app does not open without the PIN code
    Given my app is activated on this phone
    When I open the app
    Then the app asks for my PIN code [S5.A.3b]
    When I open the app and enter my personal PIN code
    Then the app is ready to use [S5.A.3b]
    When I leave the app and come back to it
    Then the app asks for my PIN code [S5.A.3b]

  Scenario: An app that is left while it opens asks for the PIN code again
    Given my app is activated on this phone
    When I open the app and enter my personal PIN code
    And I leave the app and come back to it
    Then the app asks for my PIN code [S5.A.3b]

  Scenario: The app does not open with a wrong PIN code
    Given my app is activated on this phone
    When I open the app and enter a wrong PIN code
    Then the PIN code is refused [S5.A.3b]
    When I open the app and enter my personal PIN code
    Then the app is ready to use [S5.A.3b]

  Scenario: The third wrong PIN code blocks the app
    Given my app is activated on this phone
    When I open the app and enter a wrong PIN code
    And I open the app and enter a wrong PIN code
    And I open the app and enter a wrong PIN code
    Then the app is blocked [CIR2015-1502-2.3.1]

  Scenario: The temporary PIN code does not become the personal one
    Given my app is activated on this phone
    When I open the app and enter the temporary PIN code
    Then the PIN code is refused [S5.A.3a]

  @all-apps
  Scenario: A fourth app is not activated
    Given the guide followed on this phone as far as the notifications
    When I tap "Set up notifications" and then "Allow", and the service decides
    Then the screen "The MitID app could not be activated" reads "You already have 3 active MitID apps." [H.6]
